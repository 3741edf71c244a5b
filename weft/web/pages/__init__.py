"""Pages that span contexts, one file per subject."""
