"""What a role may be allowed to do with sensors."""

from django.utils.translation import gettext_lazy as _

from weft.kit.access import declare

declare("sensors.see", _("Read things, datastreams and observations"))
declare("sensors.write", _("Send observations"))
