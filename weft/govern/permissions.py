"""What a role may be allowed to do with measures."""

from django.utils.translation import gettext_lazy as _

from weft.kit.access import declare

declare("govern.see", _("See measures, targets and gaps"))
declare("targets.set", _("Set targets"))
