"""Every table of the program, imported so that the metadata is whole."""

from app.access import models as access
from app.activities import models as activities
from app.assessment import models as assessment
from app.audit import models as audit
from app.checklist import models as checklist
from app.checks import models as checks
from app.core import idempotency
from app.core.database import Base
from app.evidence import models as evidence
from app.items import models as items
from app.meeting_steps import models as meeting_steps
from app.meetings import models as meetings
from app.organizations import models as organizations
from app.outputs import models as outputs
from app.rectifications import models as rectifications
from app.report import models as report
from app.report.books import models as report_books
from app.report.drafts import models as drafts
from app.report.templates import models as report_templates
from app.rulesets import models as rulesets
from app.sanctions import models as sanctions
from app.talks import models as talks
from app.workdays import models as workdays

MODULES = (
    access,
    activities,
    assessment,
    audit,
    checklist,
    checks,
    evidence,
    idempotency,
    items,
    meeting_steps,
    meetings,
    organizations,
    outputs,
    rectifications,
    report,
    report_books,
    drafts,
    report_templates,
    rulesets,
    sanctions,
    talks,
    workdays,
)
METADATA = Base.metadata
