"""What a company begins with: the choices of the lists, in both languages, and the numbers of customers."""

from core.api import _, numbering, options

CUSTOMER_NUMBERS = numbering("crm_base.customer", title=_("Customers"), prefix="C", width=6)

SOURCES = options("crm_base.source", [
    ("visit", _("Visit of ours")), ("campaign", _("Marketing campaign")), ("referral", _("Referral")),
    ("superior", _("Assigned by superiors")), ("own", _("Own development")), ("web", _("Website")),
    ("call", _("Incoming call")), ("exhibition", _("Trade fair")), ("partner", _("Partner")),
    ("other", _("Other source")),
])  # fmt: skip

INDUSTRIES = options("crm_base.industry", [
    ("manufacturing", _("Manufacturing")), ("electronics", _("Electronics and semiconductors")),
    ("software", _("Software and internet")), ("telecom", _("Telecommunications")),
    ("retail", _("Retail and wholesale")),
    ("finance", _("Finance and insurance")), ("health", _("Health and medicine")), ("education", _("Education")),
    ("government", _("Government and institutions")), ("energy", _("Energy and chemicals")),
    ("construction", _("Construction and property")), ("logistics", _("Transport and logistics")),
    ("food", _("Food and agriculture")), ("catering", _("Hotels and catering")),
    ("textile", _("Textiles and clothing")),
    ("media", _("Culture and media")), ("services", _("Business services")), ("other", _("Other industry")),
])  # fmt: skip

LEVELS = options("crm_base.level", [
    ("key", _("Key account")), ("a", _("Level A")), ("b", _("Level B")), ("c", _("Level C")),
])  # fmt: skip

RELATIONS = options("crm_base.relation", [
    ("consumer", _("End customer")), ("dealer", _("Dealer")), ("agent", _("Agent")), ("supplier", _("Supplier")),
    ("partner", _("Business partner")), ("authority", _("Authority")), ("competitor", _("Competitor")),
])  # fmt: skip

GRADES = options("crm_base.grade", [
    ("close", _("Very close")), ("good", _("Good")), ("ordinary", _("Ordinary")), ("distant", _("Distant")),
])  # fmt: skip

VALUES = options("crm_base.value", [
    ("high", _("High value")), ("potential", _("Potential value")), ("medium", _("Medium value")),
    ("low", _("Low value")),
])  # fmt: skip

CUSTOMER_TYPES = options("crm_base.customer_type", [
    ("private", _("Private company")), ("state", _("State-owned company")), ("foreign", _("Foreign-funded company")),
    ("joint", _("Joint venture")), ("public", _("Public institution")), ("individual", _("Private person")),
])  # fmt: skip

SIZES = options("crm_base.size", [
    ("micro", _("Up to 20 people")), ("small", _("20 to 100 people")), ("medium", _("100 to 500 people")),
    ("large", _("500 to 2,000 people")), ("huge", _("More than 2,000 people")),
])  # fmt: skip

ADDRESS_KINDS = options("crm_base.address_kind", [
    ("office", _("Office")), ("delivery", _("Delivery address")), ("invoice", _("Invoice address")),
    ("store", _("Store")),
    ("factory", _("Factory")), ("home", _("Home")),
])  # fmt: skip

ACTIVITY_KINDS = options("crm_base.activity_kind", [
    ("phone", _("Telephone call")), ("mail", _("E-mail")), ("sms", _("Text message")), ("fax", _("Fax")),
    ("wechat", _("WeChat")), ("visit", _("Visit")), ("service", _("On-site service")),
    ("support", _("Technical support")),
    ("meeting", _("Meeting")), ("greeting", _("Seasonal greeting")), ("demo", _("Product demonstration")),
    ("dinner", _("Business meal")), ("other", _("Other activity")),
])  # fmt: skip

TASK_KINDS = options("crm_base.task_kind", [
    ("tracking", _("Tracking")), ("marketing", _("Marketing")), ("sales", _("Sales")), ("service", _("Service")),
    ("care", _("Customer care")), ("collection", _("Collection of payment")), ("internal", _("Internal")),
    ("support", _("Technical support")),
])  # fmt: skip

DECISION_PARTS = options("crm_base.decision_part", [
    ("key", _("Key contact")), ("decider", _("Decision maker")), ("user", _("Future user")), ("adviser", _("Adviser")),
    ("gatekeeper", _("Gatekeeper")),
])  # fmt: skip

TEAM_PARTS = options("crm_base.team_part", [
    ("sales", _("Sales")), ("presales", _("Pre-sales engineer")), ("planner", _("Planner")),
    ("assistant", _("Assistant")), ("service", _("Service")),
])  # fmt: skip

RELATION_DEGREES = options("crm_base.relation_degree", [
    ("new", _("Newly met")), ("known", _("Acquainted")), ("trusting", _("Trusting")),
    ("friend", _("Friend of the house")),
])  # fmt: skip

INFLUENCES = options("crm_base.influence", [
    ("high", _("High influence")), ("medium", _("Medium influence")), ("low", _("Low influence")),
])  # fmt: skip
