"""Work that crosses departments: BPMN processes, their versions, cases and tasks."""
