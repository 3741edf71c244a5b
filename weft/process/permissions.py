"""What a role may be allowed to do with work."""

from django.utils.translation import gettext_lazy as _

from weft.kit.access import declare

declare("tasks.work", _("Do the tasks of one's roles"))
declare("cases.see", _("See cases and how far they are"))
declare("processes.deploy", _("Deploy a version of a process"))
