"""Everything that can be said about a people file: code → severity and sentence.

`value` is what stands in the file; `column` its heading; other names are the problem's `facts`.
An error keeps the file from being used; a caution asks for a look; a note only informs.
"""

from typing import Final, Literal

_SAVE_AS_UTF8 = "Save it from Excel as “CSV UTF-8” or as .xlsx."

SENTENCES: Final[dict[str, tuple[Literal["error", "caution", "note"], str]]] = {
    # The file as a whole
    "empty_file": ("error", "The file is empty. It needs a row of headings and one row a person."),
    "no_rows": ("caution", "The file has headings but no people. Add one row a person."),
    "file_too_large": (
        "error",
        "The file has {megabytes} MB; at most {most} MB can be read. "
        "Leave out columns that are not needed, or split it.",
    ),
    "too_many_rows": (
        "error",
        "The file has more than {most} rows. What follows was not read. Split the file.",
    ),
    "too_many_columns": (
        "error",
        "There are {found} columns; at most {most} can be read. Leave out columns that are not needed.",
    ),
    "not_a_table": (
        "error",
        "The file is {kind}, not a table. Save the list of people as CSV or .xlsx and use that file.",
    ),
    "undecodable": (
        "error",
        "Line {at} holds bytes that are not {encoding} text, at “{value}”. " + _SAVE_AS_UTF8,
    ),
    "encoding_unclear": (
        "error",
        "The file is not UTF-8 and its encoding cannot be told safely; line {at} reads “{value}”. " + _SAVE_AS_UTF8,
    ),
    "encoding_guessed": (
        "caution",
        "The file is not UTF-8 and was read as {encoding}; line {at} then says “{value}”. "
        "If that looks wrong, save the file as “CSV UTF-8”.",
    ),
    "nul_character": (
        "error",
        "The cell holds a NUL character, which no text has. The file is damaged or not text: export it again.",
    ),
    "control_character": (
        "error",
        "“{value}” holds a control character that no text has. Type the cell again.",
    ),
    "cell_too_long": (
        "error",
        "A cell has more than {most} characters; it begins “{value}”. Shorten it, or look for a quotation "
        "mark that is never closed.",
    ),
    "quote_unclosed": (
        "error",
        "A quotation mark in this line is opened and never closed. Close it, or write two in place of one.",
    ),
    "quote_misplaced": (
        "error",
        "Text follows a closing quotation mark in this line. Inside quotation marks write "
        "two quotation marks in place of one.",
    ),
    "row_too_short": (
        "error",
        "The row has {found} cells but there are {expected} headings. Add what is missing; "
        "an empty cell still needs its separator.",
    ),
    "row_too_long": (
        "error",
        "The row has {found} cells but there are only {expected} headings; the first one too many is "
        "“{value}”. Add the missing heading, or put cells that hold a separator into quotation marks.",
    ),
    "heading_twice": ("error", "The heading “{value}” stands there twice. Rename or remove one."),
    "heading_missing": (
        "note",
        "Column number {number} has no heading and is ignored.",
    ),
    # Exports of other systems
    "title_row": ("note", "Line {at} stands above the headings and is left out: “{value}”."),
    "total_row": ("note", "Line {at} is nobody’s row and is left out: “{value}”."),
    "heading_again": ("note", "The headings stand there again in line {at}, and are left out."),
    "heading_doubled": ("note", "The heading “{value}” stands there twice; the second is called “{named}” here."),
    # Workbooks
    "workbook_damaged": (
        "error",
        "The file is named or built like an Excel workbook but cannot be read as one. "
        "Open it in Excel and save it again as .xlsx.",
    ),
    "workbook_other_archive": (
        "error",
        "The file is an archive but not an Excel workbook. Unpack it, or save the list of people as .xlsx.",
    ),
    "workbook_old": (
        "error",
        "The file is an old .xls workbook or one with a password. Save it as .xlsx without a password.",
    ),
    "workbook_encrypted": ("error", "The file is protected with a password. Save it without one."),
    "workbook_unsafe": (
        "error",
        "The file unpacks to far more than a list of people needs ({reason}), so it was not opened. "
        "Copy the people into a new workbook.",
    ),
    "workbook_forbidden_xml": (
        "error",
        "The workbook holds definitions that no spreadsheet program writes ({value}), so it was not opened. "
        "Copy the people into a new workbook.",
    ),
    "workbook_no_sheet": ("error", "The workbook has no visible sheet with cells. Put the people on one."),
    "workbook_other_sheets": (
        "note",
        "Only the sheet “{value}” is read; the workbook has {others} more.",
    ),
    # Headings
    "column_missing": (
        "error",
        "The column “{value}” is missing. The headings found are: {found}. {hint}",
    ),
    "grade_column_missing": (
        "error",
        "The column “grade” is missing; {participants} people take part and each needs a grade. "
        "Add it: whole numbers, higher for more senior.",
    ),
    "column_ignored": ("note", "The column “{value}” is not part of the people format and is ignored."),
    # Column mapping
    "left_out_identity": (
        "note",
        "The column “{value}” is about identity and is left out. People can say such things themselves, "
        "if they want to.",
    ),
    "left_out_pay": ("note", "The column “{value}” is about pay. Nothing here needs it, so it is left out."),
    "left_out_private": ("note", "The column “{value}” is private. Nothing here needs it, so it is left out."),
    "left_out_same": (
        "note",
        "The column “{value}” is left out: another column already says the same or says it better.",
    ),
    "mapped_twice": (
        "error",
        "The columns “{first}” and “{column}” are both mapped to {value}. Choose one of them.",
    ),
    "mapped_to_unknown": (
        "error",
        "The column “{column}” is mapped to “{value}”, which is not part of the people format. Choose another.",
    ),
    "mapped_but_missing": ("error", "The column “{value}” is mapped but is not in the file. Map the file again."),
    "role_unmapped": (
        "note",
        "No column says who takes part. Everyone is read as not taking part yet.",
    ),
    "column_read_as": ("note", "The column “{value}” is read as {to}."),
    "numbers_made": ("note", "No column tells people apart, so each gets a number made from their e-mail or name."),
    "grade_label_open": (
        "error",
        "“{value}” is a grade whose place is not known. Say where it stands, higher for more senior.",
    ),
    "role_value_open": ("error", "What “{value}” says about taking part is not known. Say what it means."),
    "status_value_open": ("error", "Whether “{value}” means that somebody has left is not known. Say what it means."),
    "date_form_open": (
        "error",
        "Dates such as “{value}” can be read in two ways, and no other one tells which. "
        "Say whether the day or the month stands first.",
    ),
    "manager_ambiguous": (
        "error",
        "{count} people in the file are called “{value}”. Write the manager’s number or e-mail address.",
    ),
    # Ids and references
    "id_missing": ("error", "The row has no person_id. Give each person an id of their own."),
    "id_twice": (
        "error",
        "The person_id “{value}” stands in other rows too, see line {others}. Each person needs one row and one "
        "id: keep the row that is right.",
    ),
    "id_formula": (
        "error",
        "The id “{value}” begins with {first}, which spreadsheets take for a formula. Remove that character.",
    ),
    "id_control_character": (
        "error",
        "The id “{value}” holds a line break, a tab or another control character. Remove it.",
    ),
    "id_invisible": (
        "caution",
        "The id “{value}” holds characters that cannot be seen. If they came in by accident, type it again.",
    ),
    "id_semicolon": (
        "caution",
        "The id “{value}” holds a semicolon, so that lists of people cannot name it. Use another character.",
    ),
    "manager_unknown": (
        "caution",
        "The manager “{value}” is not in the file. Add that person, or empty the cell.",
    ),
    "manager_self": ("error", "“{value}” is their own manager. Name the real manager, or empty the cell."),
    "manager_cycle": (
        "error",
        "The managers go round in a circle: {cycle}. Correct one of them.",
    ),
    "preferred_unknown": (
        "caution",
        "The preferred person “{value}” is not in the file; the wish keeps its place in the list.",
    ),
    "excluded_unknown": ("caution", "The excluded person “{value}” is not in the file."),
    "preferred_self": ("caution", "“{value}” prefers themself; that wish cannot come true."),
    "excluded_self": ("caution", "“{value}” excludes themself; that is left out."),
    "preferred_and_excluded": (
        "caution",
        "“{value}” is both preferred and excluded. The exclusion holds.",
    ),
    # Cells
    "role_unknown": (
        "error",
        "“{value}” is not a role. Write mentor, mentee or both, or leave it empty for people who do not take part.",
    ),
    "grade_missing": (
        "error",
        "{person} takes part but has no grade. Write a whole number, higher for more senior.",
    ),
    "grade_not_whole": (
        "error",
        "The grade “{value}” is not a whole number. Write one, higher for more senior, such as 4.",
    ),
    "grade_range": (
        "error",
        "The grade “{value}” is too large. Write a number between -1000000 and 1000000.",
    ),
    "capacity_not_whole": ("error", "The capacity “{value}” is not a whole number. Write 1 or more."),
    "capacity_range": ("error", "The capacity “{value}” is not between 1 and 1000000. Write 1 or more."),
    "style_not_whole": ("error", "“{value}” is not a place on the scale. Write a whole number from 1 to 5."),
    "style_range": ("error", "“{value}” is not on the scale. Write a whole number from 1 to 5."),
    "offer_shape": ("error", "The offer “{value}” has no level. Write topic:level, such as Python:4."),
    "level_not_whole": (
        "error",
        "The level “{part}” in “{value}” is not a whole number. Write 1 to 5, such as Python:4.",
    ),
    "level_range": ("error", "The level in “{value}” is not between 1 and 5."),
    "want_shape": (
        "error",
        "The want “{value}” has no priority. Write topic:priority or topic:priority:current, such as Python:3:1.",
    ),
    "priority_not_whole": (
        "error",
        "The priority “{part}” in “{value}” is not a whole number. Write 1 to 3; 3 matters most.",
    ),
    "priority_range": ("error", "The priority in “{value}” is not between 1 and 3; 3 matters most."),
    "current_not_whole": (
        "error",
        "The current level “{part}” in “{value}” is not a whole number. Write 0 to 4.",
    ),
    "current_range": ("error", "The current level in “{value}” is not between 0 and 4."),
    "topic_twice": ("note", "The topic “{value}” is listed more than once and counts once."),
    "language_shape": (
        "error",
        "“{value}” is not a language tag. Write tags such as en, de or pt-BR, separated by semicolons.",
    ),
    "language_underscore": ("error", "“{value}” is not a language tag. Write {tag}."),
    "time_zone_unknown": (
        "error",
        "“{value}” is not the name of a time zone. Write an IANA name such as Europe/Berlin.",
    ),
    "time_zone_near": (
        "error",
        "“{value}” is not the name of a time zone. The nearest one known is {nearest}.",
    ),
    "hours_shape": ("error", "“{value}” are not working hours. Write them like 09:00-17:00."),
    "date_shape": ("error", "“{value}” is not a date. Write year, month and day, such as 2026-01-15."),
    "date_two_ways": (
        "error",
        "“{value}” can be read in two ways. Say whether the day or the month stands first, or write it "
        "as year, month and day: 2026-01-15.",
    ),
    "date_impossible": ("error", "“{value}” is a day that no calendar has. Correct it."),
    "leaves_before_hired": ("caution", "The leave_date {value} is before the hire_date {hired}."),
    # Longer lists
    "more_errors": ("note", "There are {more} more problems; the first {listed} are listed."),
    "more_cautions": ("note", "There are {more} more cautions; the first {listed} are listed."),
    "more_notes": ("note", "There are {more} more notes; the first {listed} are listed."),
}
