"""Web: pages that span contexts."""
