"""The English demonstration company's customers. All names are invented."""

from addons.crm_base.demo.story import Done, Story, ToDo

CUSTOMERS = """
Merlion Precision Pte Ltd|Merlion Precision|manufacturing|Singapore|Singapore|key|large|consumer
Merlion Precision Johor Sdn Bhd|Merlion Precision Johor|manufacturing|Johor|Johor Bahru|b|medium|consumer
Harbourfront Logistics Pte Ltd|Harbourfront|logistics|Singapore|Singapore|a|medium|consumer
Orchid Software Pte Ltd|Orchid Software|software|Singapore|Singapore|b|small|partner
Raffles Quay Insurance Brokers|Raffles Quay|finance|Singapore|Singapore|b|medium|consumer
Tanjong Foods Pte Ltd|Tanjong Foods|food|Singapore|Singapore|c|medium|consumer
Bukit Timah International School|Bukit Timah School|education|Singapore|Singapore|c|medium|consumer
Straits Medical Supplies Pte Ltd|Straits Medical|health|Singapore|Singapore|a|medium|dealer
Kallang Electronics Pte Ltd|Kallang Electronics|electronics|Singapore|Singapore|a|large|consumer
Sentosa Bay Hotels|Sentosa Bay|catering|Singapore|Singapore|b|large|consumer
Jurong Chemicals Pte Ltd|Jurong Chemicals|energy|Singapore|Singapore|a|huge|consumer
Peranakan Textiles|Peranakan Textiles|textile|Singapore|Singapore|c|micro|consumer
Klang Valley Retail Berhad|Klang Valley Retail|retail|Selangor|Shah Alam|key|huge|consumer
Selangor Water Works|Selangor Water|government|Selangor|Petaling Jaya|b|large|authority
Petaling Print Sdn Bhd|Petaling Print|manufacturing|Selangor|Petaling Jaya|c|small|consumer
Bintang Media Sdn Bhd|Bintang Media|media|Kuala Lumpur|Kuala Lumpur|b|small|consumer
Twin Rivers Consulting Sdn Bhd|Twin Rivers|services|Kuala Lumpur|Kuala Lumpur|c|small|partner
Ampang Telecom Engineering|Ampang Telecom|telecom|Kuala Lumpur|Kuala Lumpur|a|medium|consumer
Penang Semiconductor Berhad|Penang Semi|electronics|Penang|George Town|a|huge|consumer
Malacca Heritage Tours|Malacca Tours|services|Malacca|Malacca|c|micro|consumer
"""

ENGLISH = Story(
    customers=CUSTOMERS,
    sellers={"sales8": ("Singapore",), "sales9": ("Selangor", "Kuala Lumpur", "Penang", "Malacca", "Johor")},
    directors={"sales8": "director4", "sales9": "director4"},
    surnames=("Tan", "Lim", "Ng", "Rahman", "Smith", "Kumar", "Wong", "Lee", "Fernandez", "Jones", "Ismail"),
    given_names=("Grace", "Daniel", "Aisha", "Ravi", "Michelle", "Benjamin", "Siti", "Peter", "Rachel", "Hafiz",
        "Karen", "Jason"),
    positions=("Managing director", "Head of purchasing", "IT manager", "Finance manager", "Operations manager",
        "Plant manager"),
    streets=("{n} Beach Road", "{n} Science Park Drive", "Level 8, {n} Market Street",
        "Lot {n}, Industrial Park", "{n} Jalan Ampang"),
    business=("Makes and sells its own products in three countries.",
        "Serves companies of the region, most of them in industry.",
              "A chain that has grown fast in the last two years."),
    intentions=("Wants to replace the present system this year; the budget is not approved yet.",
                "Would begin with one department.", "Compares three suppliers and decides before the end of the year."),
    done=(
        Done("phone", "Call about daily use", "Content on the whole; two more trainings wanted.", 15),
        Done("visit", "Visit to purchasing", "Learned how they buy; proposal due next month.", 90),
        Done("meeting", "Presentation of the proposal", "Three departments came; reports matter most.", 120),
        Done("mail", "Explained the quote", "They discuss it internally.", 10),
        Done("demo", "Product demonstration", "Went well; they ask for a trial account.", 75),
        Done("support", "Helped with signing in", "Solved.", 30),
    ),
    planned=(("visit", "Visit to settle the details"), ("phone", "Ask about the quote"),
        ("demo", "Demonstration for the technicians"),
             ("meeting", "Kick-off meeting"), ("phone", "Arrange to meet the decision maker")),
    tasks=(
        ToDo("sales", "Prepare proposal and quote", "Both are sent."),
        ToDo("tracking", "Ask how the trial goes", "Feedback collected."),
        ToDo("collection", "Collect last quarter's balance", "Promised for the end of the month."),
        ToDo("care", "Arrange a training", "Done, twelve people came."),
        ToDo("internal", "Complete the customer file", "Complete."),
    ),
    orders=(
        ("manager", "director4", ToDo("internal", "Sum up the quarter by region", "")),
        ("manager", "director4", ToDo("care", "Look after customers nobody has spoken to", "")),
        ("manager", "market", ToDo("marketing", "Draft next year's campaigns", "")),
    ),
    phone="+65 6{area}2{n:05d}",
    mobile="+65 9{n:08d}",
    name_order="{given} {surname}",
    country="Singapore",
    categories=(("Direct", ("Strategic", "Growing", "Occasional")), ("Channel", ("Resellers",))),
    campaigns=("Spring launch", "Industry forum", "Customer evening"),
)  # fmt: skip
