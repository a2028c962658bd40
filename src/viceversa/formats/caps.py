"""How much of a file is read, and why not more.

Every cap is far above what an organisation needs and far below what would hurt the server.
"""

from typing import Final

# A row of a people file takes some 150 to 600 bytes: 256 MB hold more than 500,000 full rows.
MAX_FILE_BYTES: Final = 256 * 1024 * 1024
# What one person may send to the server at once: more than 100,000 full rows.
MAX_UPLOAD_BYTES: Final = 64 * 1024 * 1024
# Larger than any organisation we know of; the dry run holds what differs, never the whole file.
MAX_ROWS: Final = 1_000_000
# The widest exports of HR systems have about 150 columns.
MAX_COLUMNS: Final = 200
# Excel stops at 32,767 characters a cell; three times that is surely not a cell but an accident.
MAX_CELL_CHARACTERS: Final = 100_000
# Enough to see what is wrong; a longer list helps nobody and costs memory on a hostile file.
MAX_LISTED_PROBLEMS: Final = 1_000
# Longer values are cut where a problem shows them.
MAX_SHOWN_CHARACTERS: Final = 80
MAX_PATH_CHARACTERS: Final = 1_000  # a file is named whole, so that a terminal can open it
# A circle of managers is shown whole up to some hundred people.
MAX_FACT_CHARACTERS: Final = 2_000

# A workbook is a zip. Excel writes 10 to 60 parts; a hundred sheets with drawings stay below 1,000.
MAX_WORKBOOK_PARTS: Final = 2_000
# 100,000 rows of 20 columns unpack to about 120 MB; the sheet is streamed, never held whole.
MAX_WORKBOOK_BYTES: Final = 512 * 1024 * 1024
# Shared strings are held as a whole: a million different ones take about this much.
MAX_SHARED_STRINGS_BYTES: Final = 64 * 1024 * 1024
# Workbook, relations and styles are small in real workbooks.
MAX_SMALL_PART_BYTES: Final = 16 * 1024 * 1024
# Sheets of repeated values were seen to shrink about 40 times; bombs shrink 1,000 times.
MAX_UNPACKING_RATIO: Final = 200
# Below this size the ratio says nothing: a nearly empty part may shrink well and harms nobody.
RATIO_FREE_BYTES: Final = 4 * 1024 * 1024
# What an XML parser may hold back while it waits for the end of one tag.
MAX_PENDING_XML_BYTES: Final = 1024 * 1024

# No grade, capacity or personal limit is larger; keeps every sum within 64 bits.
MAX_WHOLE_NUMBER: Final = 1_000_000
