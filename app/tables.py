"""Every table of the program, imported so that the metadata is whole."""

from app.access import models as access
from app.audit import models as audit
from app.core import idempotency
from app.core.database import Base
from app.items import models as items
from app.meetings import models as meetings
from app.organizations import models as organizations
from app.rectifications import models as rectifications

MODULES = (access, audit, idempotency, items, meetings, organizations, rectifications)
METADATA = Base.metadata
