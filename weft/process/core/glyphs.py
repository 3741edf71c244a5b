"""The small signs of BPMN inside tasks, events and gateways, as pieces of SVG."""

from __future__ import annotations

from weft.process.core.model import Kind

ICONS: dict[Kind, str] = {
    Kind.USER_TASK: '<circle cx="7" cy="4.5" r="3.2"/><path d="M1 14c0-3.6 2.4-5.6 6-5.6s6 2 6 5.6z"/>',
    Kind.MANUAL_TASK: (
        '<path d="M2 12V5.5a1 1 0 0 1 2 0V3a1 1 0 0 1 2 0v-.5a1 1 0 0 1 2 0V3a1 1 0 0 1 2 0v5l1.4-1.6'
        'a1 1 0 0 1 1.6 1.2L9.5 12.5V14H4z"/>'
    ),
    Kind.SERVICE_TASK: (
        '<circle cx="7" cy="7.5" r="2"/><circle cx="7" cy="7.5" r="4.6"/>'
        '<path d="M7 2.9V1M7 14v-1.9M2.4 7.5H.5M13.5 7.5h-1.9M3.75 4.25 2.4 2.9M11.6 12.1l-1.35-1.35'
        'M10.25 4.25l1.35-1.35M2.4 12.1l1.35-1.35"/>'
    ),
    Kind.SEND_TASK: '<path class="full" d="M0 2h14v10H0z"/><path d="m0 2 7 5 7-5"/>',
    Kind.RECEIVE_TASK: '<path d="M0 2h14v10H0zm0 0 7 5 7-5"/>',
    Kind.SCRIPT_TASK: '<path d="M3 1h9c-3 3 1 6-2 12H1C4 8 0 5 3 1zM4 4h4M4 7h5M4 10h4"/>',
    Kind.BUSINESS_RULE_TASK: '<path d="M0 1h14v12H0zM0 5h14M0 9h14M4.5 5v8"/>',
}
GLYPHS: dict[str, str] = {
    "message": '<path d="M-9-6H9V6H-9zM-9-6 0 1 9-6"/>',
    "timer": '<circle r="10"/><path d="M0-7V0l5 3"/>',
    "terminate": '<circle class="full" r="10" fill="currentColor"/>',
    "signal": '<path d="M0-9 9 7H-9z"/>',
    "error": '<path d="M-8 8-3-7 3 3 8-8 3 8-3-1z"/>',
    "escalation": '<path d="M0-10 7 9 0 2-7 9z"/>',
    "conditional": '<path d="M-7-9H7V9H-7zM-4-5h8M-4 0h8M-4 5h8"/>',
    "link": '<path d="M-9-4H2v-5L10 0 2 9V4H-9z"/>',
    "compensate": '<path d="M0-7v14L-9 0zM9-7v14L0 0z"/>',
    "cancel": '<path d="m-7-7 14 14M7-7-7 7"/>',
}
GATES: dict[Kind, str] = {
    Kind.EXCLUSIVE: '<path d="m-7-7 14 14M7-7-7 7"/>',
    Kind.PARALLEL: '<path d="M0-10v20M-10 0h20"/>',
    Kind.INCLUSIVE: '<circle r="11"/>',
    Kind.EVENT_BASED: '<circle r="13"/><path d="M0-9 8.5-3 5.5 7h-11l-3-10z"/>',
    Kind.COMPLEX: '<path d="M0-11v22M-11 0h22M-8-8 8 8M8-8-8 8"/>',
}
