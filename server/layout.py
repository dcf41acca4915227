"""Every tab and header of the spreadsheet: the contract that all other modules read.

A tab is declared once, in `LAYOUTS`; what lists tabs or columns is derived from the declarations. Columns are found by
header name, whatever their order, case or spacing; the orders below are the ones in which the service lays a tab out
when it makes it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from server.tab_layout import Column, Made, TabLayout, Writer
from server.texts import to_say

TRAINING_DATA = "Training_Data"
RFM = "RFM"
SEGMENTED_CUSTOMERS = "Segmented_Customers"
ACTION_MAP = "Action_Map"
NEW_USER = "New User"
DASHBOARD = "Dashboard"
PREDICTION_LOG = "Prediction_Log"
MIGRATION = "Migration"
DATA_QUALITY = "Data_Quality"
RUNS = "Runs"
HISTORY = "History"
SETTINGS = "Settings"
MODEL = "Model"
TESTS = "Tests"
TEST_MEMBERS = "Test_Members"
LIFT = "Lift"
CONTACTS = "Contacts"
AUDIENCES = "Audiences"
AUDIENCE_LOG = "Audience_Log"

STAGING_PREFIX = "ATE staging "
"""Titles of the hidden tabs in which large outputs are prepared begin so; nobody else's tab may."""

CUSTOMER_ID = "CustomerID"
RECENCY = "Recency"
FREQUENCY = "Frequency"
MONETARY_VALUE = "MonetaryValue"
CLUSTER = "Cluster"
SEGMENT = "Segment"
ACTION_PLAN = "ActionPlan"
CONFIDENCE = "Confidence"
PREDICTED_AT = "PredictedAt"
NAME_FIT = "NameFit"
EXPECTED_SPEND = "ExpectedSpend"
EXPECTED_ORDERS = "ExpectedOrders"
LIKELY_TO_BUY_AGAIN = "LikelyToBuyAgain"
EXPECTED_REVENUE = "ExpectedRevenue"
FIRST_ORDER = "FirstOrder"
STATE = "State"
LISTS = "Lists"
PREDICTION_ID = "PredictionId"
GROUP = "Group"
SEGMENT_SINCE = "SegmentSince"
PREVIOUS_SEGMENT = "PreviousSegment"
RUN_AT = "RunAt"
MODEL_VERSION = "ModelVersion"
REVENUE = "Revenue"
REVENUE_AT_RISK = "RevenueAtRisk"
CUSTOMERS = "Customers"
FROM_CLUSTER = "FromCluster"
TO_CLUSTER = "ToCluster"

EARLIER_PLANS = "Earlier plans"
"""In the Cluster column of `Action_Map`: below it stand texts whose cluster is no longer known."""

NEW_CUSTOMER = to_say("(new)")
"""Stands in `Migration`, in the spreadsheet's language, where a customer comes from nowhere."""

FIRST_ROWS = "FirstRows"

SERIAL_FORMAT_DATE_TIME = "yyyy-mm-dd hh:mm:ss"

_NUMBER = ("NUMBER", "#,##0")
_MONEY = ("NUMBER", "#,##0.00")
MONEY_FORMAT = _MONEY
"""Of columns of money, until their currency is known."""
_FIGURE = ("NUMBER", "#,##0.00;-#,##0.00")
"""Looks as money without a currency does; of columns that hold buyers in one row and money in the next."""
_PERCENT = ("PERCENT", "0%")
_PERCENT_TENTHS = ("PERCENT", "0.0%")
_TIME = ("DATE_TIME", SERIAL_FORMAT_DATE_TIME)
_DATE = ("DATE", "yyyy-mm-dd")
_TEXT = ("TEXT", "@")

_CUSTOMER_COLUMN = Column(CUSTOMER_ID, 130)
_FIGURE_COLUMNS = (
    Column(RECENCY, 80, to_say("Whole days from the last order to the analysis date (Settings)."), _NUMBER),
    Column(
        FREQUENCY,
        90,
        to_say("Orders: distinct order ids where there are such, else rows of Training_Data."),
        _NUMBER,
    ),
    Column(MONETARY_VALUE, 120, to_say("What the customer has spent in all, refunds taken off."), _MONEY),
)
_RFM_SCORE_NOTE = to_say("100 × R + 10 × F + M, each from 1 to 5; 555 is best.")
_CLUSTER_COLUMN = Column(
    CLUSTER, 70, to_say("Number of the segment. Written by the service; 0 was the most valuable at first.")
)
_SEGMENT_COLUMN = Column(SEGMENT, 150, to_say("Name of the segment; rename it in Action_Map."))
_PLAN_COLUMN = Column(ACTION_PLAN, 330, to_say("What to do; edit the text in Action_Map."))
_CONFIDENCE_COLUMN = Column(
    CONFIDENCE,
    90,
    to_say("Part of 20 re-checks, each on a random draw of your customers, that give the same segment."),
    _PERCENT,
)
_PREDICTED_AT_COLUMN = Column(
    PREDICTED_AT, 170, to_say("When the row was labelled, in the time zone of Settings."), _TIME
)

INPUT_COLUMNS = (
    Column(
        CUSTOMER_ID,
        130,
        to_say("Who it is: any text or number, up to 200 characters."),
        writer=Writer.MARKETER,
    ),
    Column(
        RECENCY, 80, to_say("Days since the last order: a number from 0 to {most}."), writer=Writer.MARKETER
    ),
    Column(
        FREQUENCY,
        90,
        to_say("Orders so far: a whole number from 1 to {most}."),
        _NUMBER,
        writer=Writer.MARKETER,
    ),
    Column(
        MONETARY_VALUE,
        120,
        to_say("What the customer has spent in all, refunds taken off: a number above 0."),
        _MONEY,
        writer=Writer.MARKETER,
    ),
)
"""Inputs of `New User`; `{most}` stands for the largest number that is taken."""

_VALUE_COLUMNS = (
    Column(
        EXPECTED_SPEND,
        110,
        to_say(
            "Expected spend: what customers like this one spent on average in the days of Horizon (Settings); most "
            "spend "
            "nothing or more."
        ),
        _MONEY,
        came_later=True,
    ),
    Column(
        EXPECTED_ORDERS,
        110,
        to_say(
            "Expected orders: on how many days customers like this one bought, on average in the days of Horizon "
            "(Settings)."
        ),
        _MONEY,
        came_later=True,
    ),
    Column(
        LIKELY_TO_BUY_AGAIN,
        130,
        to_say(
            "Likely to buy again: the share of customers like this one who bought in the days of Horizon (Settings)."
        ),
        _PERCENT,
        came_later=True,
    ),
)
"""What a customer is worth next. In `New User` and the log they are written where they stand: they may be deleted. A
segmentation brings their notes up to date."""

_NEW_USER = TabLayout(
    NEW_USER,
    (
        *INPUT_COLUMNS,
        _CLUSTER_COLUMN,
        replace(_SEGMENT_COLUMN, came_later=True, claims=False),
        replace(_PLAN_COLUMN, width=290, wraps=True),
        _PREDICTED_AT_COLUMN,
        Column(
            PREDICTION_ID,
            120,
            to_say("Ties the row to its line in Prediction_Log. Please leave it as it is."),
            is_hidden=True,
        ),
        *_VALUE_COLUMNS,
    ),
    spare_rows=1000,
)

_SEGMENTED_CUSTOMERS = TabLayout(
    SEGMENTED_CUSTOMERS,
    (
        replace(
            _CUSTOMER_COLUMN,
            note=to_say(
                "Sorted by segment when the tab was first filled, and in it by expected spend, else by money. "
                "Customers who come later stand below. To sort again, choose Data › Sort range; the service finds each "
                "customer wherever it stands. Ranked lists of each segment are in Action_Map."
            ),
        ),
        *_FIGURE_COLUMNS,
        Column("RFM_Score", 90, _RFM_SCORE_NOTE),
        _CLUSTER_COLUMN,
        _SEGMENT_COLUMN,
        _PLAN_COLUMN,
        _CONFIDENCE_COLUMN,
        Column(
            STATE, 90, to_say("Active, Slipping (silent for longer than is usual for this customer) or Away.")
        ),
        Column(FIRST_ORDER, 90, to_say("yes for a customer with one order so far.")),
        *_VALUE_COLUMNS,
        Column(
            GROUP,
            160,
            to_say(
                "Group in a running test, with the test's name; control groups and the standing control are held out."
            ),
            came_later=True,
        ),
        Column(
            SEGMENT_SINCE,
            110,
            to_say(
                "Day from which the customer has been in this segment; empty where that was before such days were kept."
            ),
            _DATE,
            came_later=True,
        ),
        Column(
            PREVIOUS_SEGMENT,
            150,
            to_say(
                "Segment before the last run that moved anybody (see Migration); empty for a customer who was not "
                "there."
            ),
        ),
    ),
    written_by_segmentation=True,
    swapped=True,
)

_ACTION_MAP = TabLayout(
    ACTION_MAP,
    (
        Column(CLUSTER, 70, to_say("Number of the segment. Written by the service."), warns=False),
        Column(
            SEGMENT,
            150,
            to_say("Yours to rename: the name stays when new segments are found."),
            writer=Writer.MARKETER,
        ),
        Column(
            ACTION_PLAN,
            330,
            to_say("Yours to edit: the text stays when new segments are found."),
            writer=Writer.MARKETER,
            wraps=True,
        ),
        Column("Customers", 90, to_say("How many customers are in the segment."), _NUMBER),
        Column(
            LISTS,
            260,
            to_say(
                "Each link opens customers in Segmented_Customers, for you alone: what others see stays as it is."
            ),
            came_later=True,
        ),
        Column("RevenueShare", 110, to_say("Their part of all that customers have spent."), _PERCENT_TENTHS),
        Column("RecencyRange", 120, to_say("Days since the last order of at least 80 % of the segment.")),
        Column("FrequencyRange", 120, to_say("Orders of at least 80 % of the segment.")),
        Column("MonetaryRange", 140, to_say("Total spend of at least 80 % of the segment.")),
        Column(
            NAME_FIT,
            420,
            to_say(
                "How many of its customers the name fits, as segments are usually named; a warning where they have "
                "changed."
            ),
            came_later=True,
        ),
        Column(
            EXPECTED_REVENUE,
            130,
            to_say(
                "Expected revenue: the sum of its customers' expected spend in the days of Horizon (Settings)."
            ),
            _NUMBER,
            came_later=True,
        ),
    ),
    spare_rows=30,
    read_rows="1:200",
    written_by_segmentation=True,
)

_RFM = TabLayout(
    RFM,
    (
        _CUSTOMER_COLUMN,
        *_FIGURE_COLUMNS,
        Column(
            "R_Score",
            80,
            to_say("5 for the fifth of the customers who bought last, 1 for those longest away."),
        ),
        Column("F_Score", 80, to_say("5 for the fifth of the customers who buy most often.")),
        Column("M_Score", 80, to_say("5 for the fifth of the customers who spend most.")),
        Column("RFM_Score", 90, _RFM_SCORE_NOTE),
    ),
    written_by_segmentation=True,
    swapped=True,
)

_MIGRATION = TabLayout(
    MIGRATION,
    (
        Column("From", 180, to_say("Segment before the last run; (new) for customers who were not there.")),
        Column("To", 180, to_say("Segment after it.")),
        Column(
            "Reason",
            260,
            to_say(
                "Whether customers changed segment through their buying, or because the segments are new."
            ),
        ),
        Column(CUSTOMERS, 90, format=_NUMBER),
        Column(REVENUE, 120, to_say("What these customers have spent in all."), _MONEY),
        Column(
            RUN_AT,
            150,
            to_say("When this happened: the last run that moved anybody."),
            _TIME,
            came_later=True,
        ),
        Column(
            FROM_CLUSTER,
            90,
            to_say("Number of the former segment: it stays when you rename."),
            came_later=True,
        ),
        Column(TO_CLUSTER, 80, to_say("Number of the segment after the run."), came_later=True),
    ),
    read_rows="1:400",
    written_by_segmentation=True,
)
"""Who went from one segment to another at the last run that moved anybody, and whether customer or model moved."""

_HISTORY = TabLayout(
    HISTORY,
    (
        Column(
            RUN_AT,
            150,
            to_say("When the run wrote these figures, in the time zone of Settings. Newest first."),
            _TIME,
        ),
        Column(MODEL_VERSION, 100, to_say("Version of the segments; see Model details in the sidebar.")),
        Column(CLUSTER, 70, to_say("Number of the segment: it stays when you rename.")),
        Column(SEGMENT, 180, to_say("Name of the segment at that time.")),
        Column(CUSTOMERS, 90, to_say("How many customers were in the segment."), _NUMBER),
        Column(REVENUE, 120, to_say("What they had spent in all by then."), _MONEY),
        Column(RECENCY, 80, to_say("Days since the last order: the median customer's."), _NUMBER),
        Column(FREQUENCY, 90, to_say("Orders: the median customer's.")),
        Column(MONETARY_VALUE, 120, to_say("What the median customer had spent in all."), _MONEY),
        Column(
            EXPECTED_REVENUE,
            130,
            to_say(
                "What they were expected to spend in the days of Horizon (Settings); empty where that was not told."
            ),
            _MONEY,
        ),
        Column(
            REVENUE_AT_RISK,
            130,
            to_say(
                "A year's spend of those among them who came back and had fallen silent for longer than usual."
            ),
            _MONEY,
        ),
    ),
    read_rows="1:1500",
    written_by_segmentation=True,
    made=Made.WHEN_FIRST_USED,
)
"""One line a segment and run, the newest first: what the figures are compared with."""

_DATA_QUALITY = TabLayout(
    DATA_QUALITY,
    (
        Column("Check", 220),
        Column(
            "Result",
            150,
            to_say(
                "OK, Look (worth a look) or Stop (the data are too poor to mean anything); or what became of the rows."
            ),
        ),
        Column("Finding", 370),
        Column(
            "Rows",
            75,
            to_say("Rows of Training_Data. Rows read = rows used + all that were left out."),
            _NUMBER,
        ),
        Column("Customers", 85, format=_NUMBER),
        Column(
            "Share",
            70,
            to_say(
                "Of the rows read; of the rows used; of the customers or of their money, as the line says."
            ),
            _PERCENT_TENTHS,
        ),
        Column("Money", 110, to_say("What these rows come to, refunds taken off."), _MONEY),
        Column(
            FIRST_ROWS,
            200,
            to_say("The first of the rows. Click a number to go there; the date in Written says as of when."),
        ),
        Column("WhatToDo", 370),
    ),
    spare_rows=1,
    read_rows="1:100",
    written_by_segmentation=True,
)
"""The account of the rows, and whether the data can mean anything; never a customer's id."""

_PREDICTION_LOG = TabLayout(
    PREDICTION_LOG,
    (
        Column(PREDICTION_ID, 120, to_say("Newest first. Lines are added by the service and never changed.")),
        _PREDICTED_AT_COLUMN,
        _CUSTOMER_COLUMN,
        *(replace(column, note="") for column in _FIGURE_COLUMNS),
        _CLUSTER_COLUMN,
        _SEGMENT_COLUMN,
        _PLAN_COLUMN,
        _CONFIDENCE_COLUMN,
        Column(
            "ModelVersion",
            100,
            to_say(
                "Version of the segments that the row was labelled with; see Model details in the sidebar."
            ),
        ),
        Column(
            "Trigger",
            90,
            to_say("What had the row labelled: an edit, the menu, the sidebar, the hourly sweep…"),
        ),
        Column("RequestedBy", 180, to_say("Who asked, where it was asked for in the menu or the sidebar.")),
        *_VALUE_COLUMNS,
    ),
    read_rows="1:2",
)
"""The newest line is row 2."""

_RUNS = TabLayout(
    RUNS,
    (
        Column("When", 170, to_say("When it ended, in the time zone of Settings. Newest first."), _TIME),
        Column("What", 200, to_say("What ran; a refresh runs by itself, as Refresh in Settings says.")),
        Column("By", 180, to_say("Who asked, where Google tells; schedule where nobody did.")),
        Column("NewOrders", 90, to_say("Orders that have come since the run before."), _NUMBER),
        Column("Customers", 90, to_say("Customers who have a segment."), _NUMBER),
        Column("Moved", 80, to_say("Customers known before who are in another segment now."), _NUMBER),
        Column("Result", 480, to_say("What came of it, or why it did not run.")),
        Column("Next", 170, to_say("When the next refresh is due, in the time zone of Settings."), _TIME),
    ),
    written_by_segmentation=True,
    made=Made.WHEN_FIRST_USED,
)
"""One line a run, by hand or by itself, the newest first."""

_SETTINGS = TabLayout(
    SETTINGS,
    (
        Column("Setting", 160, writer=Writer.MARKETER),
        Column(
            "Value", 180, to_say("Yours to change. What it may be stands beside it."), writer=Writer.MARKETER
        ),
        Column("Help", 520, writer=Writer.MARKETER, wraps=True),
    ),
    spare_rows=10,
    read_rows="1:100",
)

_MODEL = TabLayout(
    MODEL,
    tuple(
        Column(header, 110)
        for header in (
            "Version",
            "Status",
            "TrainedAt",
            "Customers",
            "Transactions",
            "K",
            "SmallestShare",
            "Stability",
            "Agreement",
            "Gini",
            "GiniBySpend",
            "Ghosts",
            "Silhouette",
            "WhyK",
            "Warnings",
            "Parameters",
            "Checksum",
        )
    ),
    hidden=True,
    written_by_segmentation=True,
)
"""Row 2 is the model in use, older versions below."""

_TESTS = TabLayout(
    TESTS,
    (
        Column("Test", 200, to_say("Newest first. One line a test.")),
        Column("Segments", 220, to_say("Whose customers were dealt, at the start.")),
        Column(
            "WhatIsDone", 260, to_say("What the action group gets. Yours to edit."), writer=Writer.MARKETER
        ),
        Column("ControlShare", 100, to_say("Share of each segment that is held out."), _PERCENT),
        Column("Start", 90, to_say("First day whose orders count. Fixed: please leave it as it is."), _DATE),
        Column("End", 90, to_say("Last day whose orders count. Fixed: please leave it as it is."), _DATE),
        Column("Customers", 90, to_say("Members of both groups."), _NUMBER),
        Column("Control", 80, to_say("Members who are held out."), _NUMBER),
        Column(
            "SmallestVisibleLift",
            130,
            to_say("A smaller change in buyers would probably not show: four tests of five would miss it."),
            _PERCENT,
        ),
        Column(
            "Status",
            110,
            to_say("running, over, or stopped. Type stopped to end a test early: it then gets no verdict."),
            writer=Writer.MARKETER,
        ),
        Column("Verdict", 420, to_say("What the test shows, once it is over and orders reach its end.")),
    ),
    spare_rows=20,
    read_rows="1:1000",
    made=Made.WHEN_FIRST_USED,
)

_TEST_MEMBERS = TabLayout(
    TEST_MEMBERS,
    (
        Column(
            "Test", 200, to_say("Newest test first. Lines are added at a test's start and never changed.")
        ),
        _CUSTOMER_COLUMN,
        Column(
            GROUP,
            120,
            to_say(
                "action, or control: held out. Where the standing control group is read: standing control, "
                "all others."
            ),
        ),
        Column("SegmentAtStart", 150, to_say("Segment when the groups were dealt.")),
        Column("SpendBefore", 110, to_say("What the customer had spent before the start."), _MONEY),
        Column("OrdersBefore", 100, to_say("Orders before the start."), _NUMBER),
        Column("Reachable", 90, to_say("yes; not known where there is no tab of contacts.")),
    ),
    made=Made.WHEN_FIRST_USED,
)

_LIFT = TabLayout(
    LIFT,
    (
        Column("Test", 200, to_say("Newest reading first.")),
        Column("Segment", 150, to_say("(all) for the verdict; single segments are exploratory.")),
        Column(
            "Measure",
            230,
            to_say("What is compared, with its unit. Refunds are taken off; who kept nothing is no buyer."),
        ),
        Column("Action", 90, to_say("Mean of the customers who got it."), _FIGURE),
        Column("Control", 90, to_say("Mean of the customers who were held out."), _FIGURE),
        Column(
            "Difference",
            100,
            to_say(
                "Action less control. An adjusted measure and spend allow for what the customers did before."
            ),
            _FIGURE,
        ),
        Column("Low", 90, to_say("The difference is at least this, and at most High, 95% sure."), _FIGURE),
        Column("High", 90, format=_FIGURE),
        Column("Relative", 90, to_say("Difference by the control group's mean."), _PERCENT_TENTHS),
        Column(
            "ExtraMoney", 110, to_say("Difference in spend times the customers of the action group."), _MONEY
        ),
        Column("Reading", 480),
    ),
    read_rows="1:4000",
    made=Made.WHEN_FIRST_USED,
)
_CONTACTS = TabLayout(
    CONTACTS,
    tuple(
        Column(header, width, note, _TEXT, writer=Writer.MARKETER)
        for header, width, note in (
            (
                CUSTOMER_ID,
                130,
                to_say("The id as Training_Data has it. Who has none is found by the e-mail address."),
            ),
            ("Email", 220, to_say("One address a row; the lowest row of a customer counts.")),
            ("Phone", 140, to_say("With + and the country code, or as the customer’s Country writes it.")),
            ("FirstName", 110, ""),
            ("LastName", 110, ""),
            ("Country", 90, to_say("A name or a code of two letters: Germany, DE.")),
            ("Zip", 80, ""),
            (
                "AdConsent",
                100,
                to_say("yes or no: may ad platforms be given the address? Empty is no consent."),
            ),
            ("EmailConsent", 110, to_say("yes or no: may e-mails be sent? Empty is no consent.")),
            ("Suppress", 90, to_say("Anything but no: nothing is sent anywhere.")),
        )
    ),
    spare_rows=1000,
    made=Made.WHEN_FIRST_USED,
)
"""Read when an audience is made, never before. Its columns are found as shops' exports spell them."""

_AUDIENCES = TabLayout(
    AUDIENCES,
    (
        Column("Audience", 180, to_say("Name of the audience; its tab is called Audience and this name.")),
        Column("Segments", 200, to_say("Segments that it was chosen from, and who of them.")),
        Column("Target", 170, to_say("Where it goes.")),
        Column("Members", 80, to_say("Customers who are in it."), _NUMBER),
        Column("LeftOut", 330, to_say("Customers who were chosen and left out, by reason.")),
        Column("SinceLast", 100, to_say("Customers who came (+) and left (−) since it was made before.")),
        Column("Minimum", 80, to_say("Customers whom the platform needs at least."), _NUMBER),
        Column("Verdict", 330, to_say("Whether the platform can use it.")),
        Column("MadeAt", 150, to_say("When it was made, in the time zone of Settings."), _TIME),
        Column("MadeBy", 180, to_say("Who made it.")),
        Column("RenewBy", 100, to_say("Day on which the platform drops it if it is not made again."), _DATE),
    ),
    spare_rows=2,
    read_rows="1:1000",
    made=Made.WHEN_FIRST_USED,
)
"""One line an audience."""

_AUDIENCE_LOG = TabLayout(
    AUDIENCE_LOG,
    (
        Column("Audience", 180),
        Column("Target", 130),
        _CUSTOMER_COLUMN,
        Column("Email", 220, format=_TEXT),
        Column("Phone", 140, format=_TEXT),
        Column("Change", 80),
        Column("At", 150, format=_TIME),
    ),
    hidden=True,
    made=Made.WHEN_FIRST_USED,
)
"""Who was given to which audience and taken out again, with the addresses as the platform was given them. Lines are
added below and never changed; who is forgotten leaves it."""

LAYOUTS: dict[str, TabLayout] = {
    tab.title: tab
    for tab in (
        TabLayout(TRAINING_DATA, spare_rows=1000, headerless=(110,) * 8),
        _NEW_USER,
        TabLayout(DASHBOARD, written_by_segmentation=True, has_mark=True),
        _SEGMENTED_CUSTOMERS,
        _ACTION_MAP,
        _RFM,
        _MIGRATION,
        _DATA_QUALITY,
        _HISTORY,
        _PREDICTION_LOG,
        _RUNS,
        _SETTINGS,
        _MODEL,
        _TESTS,
        _TEST_MEMBERS,
        _LIFT,
        _CONTACTS,
        _AUDIENCES,
        _AUDIENCE_LOG,
    )
}
"""Every tab by title, in the order in which missing ones are made."""

TABS = tuple(title for title, tab in LAYOUTS.items() if tab.made is Made.AT_SET_UP)
"""The tabs that every spreadsheet has after set-up."""

HEADERS: dict[str, tuple[str, ...]] = {title: tab.headers for title, tab in LAYOUTS.items() if tab.columns}
"""Header row of each tab that the service lays out (`Training_Data` has the marketer's own)."""

UNCLAIMED: dict[str, frozenset[str]] = {
    title: frozenset(column.header for column in tab.columns if not column.claims)
    for title, tab in LAYOUTS.items()
}
"""Headers under which people may have columns of their own, by tab: without our tag a column of theirs is not ours."""

INPUT_HEADERS = tuple(column.header for column in INPUT_COLUMNS)
NEW_USER_HEADERS = LAYOUTS[NEW_USER].required_headers
OUTPUT_HEADERS = tuple(header for header in NEW_USER_HEADERS if header not in INPUT_HEADERS)
VALUE_HEADERS = tuple(column.header for column in _VALUE_COLUMNS)
NEW_USER_OPTIONAL = (SEGMENT, *VALUE_HEADERS)
"""Outputs of `New User` that are written where they stand: older sheets lack them, and people may delete them."""
RFM_HEADERS = HEADERS[RFM]
SEGMENTED_HEADERS = HEADERS[SEGMENTED_CUSTOMERS]
ACTION_MAP_HEADERS = LAYOUTS[ACTION_MAP].required_headers
ACTION_MAP_OPTIONAL = (EXPECTED_REVENUE,)
"""Columns of `Action_Map` that are written where they stand: people may delete them."""
ACTION_MAP_EDITABLE = LAYOUTS[ACTION_MAP].marketers_headers
"""The marketer's columns of `Action_Map`: they survive every retrain."""
LOG_HEADERS = LAYOUTS[PREDICTION_LOG].required_headers
MIGRATION_HEADERS = LAYOUTS[MIGRATION].required_headers
HISTORY_HEADERS = HEADERS[HISTORY]
DATA_QUALITY_HEADERS = HEADERS[DATA_QUALITY]
MODEL_HEADERS = HEADERS[MODEL]

CUSTOMER_TABS = tuple(title for title, headers in HEADERS.items() if CUSTOMER_ID in headers)
"""Tabs with a line for a customer: who is forgotten leaves them all."""

CLUSTER_TABS = tuple(title for title, headers in HEADERS.items() if CLUSTER in headers)
"""Tabs whose cluster numbers are coloured."""

SWAPPED_TABS = tuple(title for title, tab in LAYOUTS.items() if tab.swapped)

MODEL_VERSIONS_KEPT = 20
LOG_LINES_READ = 100
"""How many of the newest log lines an edit looks at; the sweep looks at all."""

LOG_LINES_FOR_DRIFT = 300
"""How many of the newest log lines tell whether customers have changed: no more to read than a page."""

ROWS_PER_COMMIT = 1_500
"""Rows scored in one commit: about 2 MB, which Google recommends as the largest request."""

SCATTERED_RANGES = 40
"""More ranges than these in one read become whole columns."""

METADATA_CONNECT = "ate-connect"
METADATA_OPERATION = "ate-operation"
METADATA_RUN = "ate-run"
METADATA_DASHBOARD = "ate-dashboard"
METADATA_COLUMN = "ate-column"
METADATA_SCHEDULE = "ate-schedule"
METADATA_AUDIENCE = "ate-audience"
METADATA_SOURCE = "ate-source"

CELL_LIMIT = 10_000_000
"""Cells in one spreadsheet, empty ones included; Google refuses more."""

TEXT_LIMIT = 50_000
"""Characters in one cell."""


@lru_cache(maxsize=1_024, typed=True)
def normalised(header: object) -> str:
    """Return a header as it is compared: lower case, without blanks, underscores and hyphens.

    >>> normalised("Customer ID") == normalised("customer_id") == normalised("CustomerID")
    True
    """
    return "".join(c for c in str(header).casefold() if c.isalnum())


def column_letter(index: int) -> str:
    """Return the letters of a column.

    Parameters
    ----------
    index
        Position from 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(701), column_letter(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
