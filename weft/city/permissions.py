"""What a role may be allowed to do in the shared model."""

from django.utils.translation import gettext_lazy as _

from weft.kit.access import declare

declare("city.see", _("See the live city: map, backlog, sensors and alerts"))
declare("history.see", _("See the history of any object in the event log"))
declare("admin", _("Manage log-ins and tokens"))
