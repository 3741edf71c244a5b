"""What a role may be allowed to do with requests."""

from django.utils.translation import gettext_lazy as _

from weft.kit.access import declare

declare("requests.see", _("See requests"))
declare("requests.take", _("Take a request on a resident's behalf"))
declare("contacts.see", _("See who asked: name, mail and telephone"))
