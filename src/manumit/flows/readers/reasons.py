"""Why a row or a whole file is refused, what would cure it, and what a reader tells on its way.

None of these sentences holds a value of a row, so that they may stand in the open beside the line and
the field. What a field is called is said by `FIELDS`.
"""

Said = tuple[str, str]  # what is wrong, and what would cure it

REASONS: dict[str, Said] = {
    "columns_missing": (
        "The row has fewer columns than the heading.",
        "Look for a line break inside a text, or a missing separator, and save the file again.",
    ),
    "columns_extra": (
        "The row has more columns than the heading.",
        "Look for a separator inside a text that is not in quotation marks.",
    ),
    "nul": (
        "The row holds a zero byte, which no text has.",
        "Export the file again; this one was damaged on its way.",
    ),
    "bytes_bad": (
        "The row holds bytes that are no text in this file's encoding.",
        "Export the file as CSV UTF-8, or say which encoding it has.",
    ),
    "quote_open": (
        "A quotation mark is opened and never closed.",
        "Close it, or double it where it belongs to the text.",
    ),
    "formula": (
        "The cell holds a formula, not a value.",
        "Save the sheet with values alone, or as CSV.",
    ),
    "time_missing": ("There is no date.", "Fill in the date, or leave the row out."),
    "time_bad": (
        "The date cannot be read the way the mapping says.",
        "Correct the date, or the date format in the mapping.",
    ),
    "time_gap": (
        "This local time never was: the clocks were put forward over it.",
        "Check the time zone in the mapping, or export times in UTC.",
    ),
    "time_future": (
        "The date is in the future.",
        "Check day and month in the mapping, or the clock of this computer.",
    ),
    "time_absurd": (
        "The date is before 1970.",
        "Check the date, and how the mapping reads years of two digits.",
    ),
    "amount_missing": ("There is no amount.", "Fill in the amount, or leave the row out."),
    "amount_bad": (
        "The amount is no number the way the mapping says.",
        "Check the decimal mark and the thousands mark in the mapping.",
    ),
    "amount_negative": (
        "The amount is below zero.",
        "If the sign tells the direction, say so in the mapping; a returned payment is a row of its own.",
    ),
    "amount_zero": ("The amount is zero.", "Nothing moved; leave the row out."),
    "amount_fine": (
        "The amount has more decimals than its currency.",
        "Check the decimal mark and the currency; or let the mapping round amounts.",
    ),
    "amount_absurd": (
        "The amount is larger than any payment.",
        "Check the decimal mark and the thousands mark in the mapping.",
    ),
    "amount_both": (
        "Both money out and money in are filled in, or neither.",
        "One row is one movement: fill in one of the two columns.",
    ),
    "direction_bad": (
        "The row does not say whether money went out or came in.",
        "Add the code of this column to the mapping, as debit or credit.",
    ),
    "currency_missing": (
        "There is no currency.",
        "Fill it in, or set one for the whole file in the mapping.",
    ),
    "currency_unknown": (
        "The currency is not in ISO 4217.",
        "Use the three letters of the currency, or add the file's own word to the mapping.",
    ),
    "account_missing": (
        "Neither account is given.",
        "Fill in at least one; or say in the mapping whose statement this is.",
    ),
    "account_bad": (
        "An account is longer than 140 characters, or holds control characters.",
        "Check which column is the account.",
    ),
    "country_bad": (
        "The country is not two letters of ISO 3166.",
        "Use the two letters, or add the file's own word to the mapping.",
    ),
    "kind_unknown": (
        "The way of payment is not in the mapping.",
        "Add the file's word to the mapping's table of kinds, or leave the column out.",
    ),
    "mcc_bad": ("The merchant category is not four digits.", "Correct it, or leave it empty."),
    "reference_twice": (
        "The same reference stood further up in this file.",
        "If both movements are real, leave the reference column out of the mapping.",
    ),
    "not_booked": (
        "The movement was not carried out: it is only pending, or for information.",
        "Load the statement in which it is booked.",
    ),
    "label_bad": ("The label is neither yes nor no.", "Use 0 or 1, or True or False."),
    "number_bad": ("This is no number.", "Correct it, or leave it empty."),
    "element_missing": (
        "The message lacks a part that it must have.",
        "Ask whoever made the file to send it again, whole.",
    ),
    "line_bad": (
        "The line does not follow the layout of its format.",
        "Compare it with the format's own description, and correct it.",
    ),
}

FILES: dict[str, Said] = {
    "empty": ("The file is empty.", "Export it again."),
    "headings_only": (
        "The file has a heading and no rows.",
        "Choose a period in which something happened, and export again.",
    ),
    "encoding": (
        "The text is in no encoding that can be told for sure.",
        "Save it as CSV UTF-8, or say which encoding it has.",
    ),
    "encoding_said": (
        "The text is not in the encoding that was given.",
        "Save it as CSV UTF-8, or give another encoding.",
    ),
    "encoding_unknown": (
        "This encoding is not known here.",
        "Use utf-8, utf-16, cp1252 or cp1256.",
    ),
    "line_long": (
        "A line is longer than a megabyte, which no table of payments has.",
        "Check that this is the right file, and that its line ends came through.",
    ),
    "binary": ("This is no table and no bank message.", "Give CSV, XLSX, Parquet, XML or MT940."),
    "layout_unknown": (
        "It is not known which column is what.",
        "Choose a mapping, or confirm the proposed one.",
    ),
    "no_member": (
        "The archive holds no table of payments.",
        "Put the table itself in the archive, or load it alone.",
    ),
    "members_many": (
        "The archive holds more than one data set.",
        "Load one at a time.",
    ),
    "truncated": (
        "The file breaks off before its end.",
        "Copy or download it again, and compare its size.",
    ),
    "archive_bad": ("The archive is damaged.", "Make it again."),
    "bomb": (
        "The archive unpacks to far more than a table of payments would.",
        "Unpack it yourself, look at it, and load the table alone.",
    ),
    "path": (
        "The archive holds a name that points outside of it, or a link.",
        "Do not trust it; ask who made it for the table alone.",
    ),
    "encrypted": ("The file is locked with a password.", "Save it without one."),
    "sheet_bad": (
        "This is no readable spreadsheet, whatever its name says.",
        "Open it, and save it as XLSX or CSV UTF-8.",
    ),
    "sheet_large": (
        "The sheet is too large to be opened safely.",
        "Save it as CSV UTF-8, which is read in small parts.",
    ),
    "parquet_bad": ("This is no readable Parquet file.", "Write it again."),
    "heading_bad": (
        "A column that the mapping names is not in the heading.",
        "Correct the mapping, or choose another file.",
    ),
    "mapping_bad": ("The mapping cannot be used.", "Correct what is named."),
    "xml_bad": (
        "The XML is damaged.",
        "Copy or download it again; it must be read to its last line.",
    ),
    "xml_entity": (
        "The XML brings definitions of its own, which a bank message never has.",
        "Do not trust it; ask the bank for the file again.",
    ),
    "xml_deep": (
        "The XML is nested deeper, or holds longer texts, than any bank message.",
        "Do not trust it; ask the bank for the file again.",
    ),
    "xml_unknown": (
        "The XML is no bank message that is read here.",
        "Give camt.052, camt.053, camt.054, pain.001 or pacs.008.",
    ),
    "statement_bad": (
        "This is no MT940 statement, or one without an account.",
        "A statement begins with :20: and names its account in :25:.",
    ),
}

NOTES: dict[str, str] = {
    "encoding_guessed": "The encoding was told from the text itself; look at a name to see if it is right.",
    "rows_empty": "Empty rows were passed over.",
    "time_twice": "Local times that come twice when clocks are put back were read as the first of the two.",
    "zone_assumed": "Times without a zone were read as local times of the ledger.",
    "rounded": "Amounts with more decimals than their currency were rounded, halves to even.",
    "currency_assumed": "Amounts without a currency were taken as the currency given for the file.",
    "currencies_mixed": "The file has amounts in more than one currency.",
    "currency_changed": "Another amount arrived than left: the currency was changed on the way.",
    "control_removed": "Control characters in texts were taken out.",
    "formula_quoted": "Texts that a spreadsheet would run as a formula are kept as texts.",
    "members_other": "Other files of the archive were passed over.",
    "sheets_other": "Only the first sheet was read.",
    "columns_other": "Columns that the mapping does not name were passed over.",
    "country_cleared": "Countries that are not two letters of ISO 3166 were left out.",
    "kind_unknown": "Ways of payment that the mapping does not know were taken as transfers.",
    "party_nameless": "Counterparties without an account are known by their name.",
    "label_unmatched": "Labelled movements that are not among the rows were passed over.",
    "batch_booked": "Collective bookings without single payments were kept as one movement.",
}

FIELDS: dict[str, str] = {
    "": "the whole row",
    "row": "the whole row",
    "at": "date and time",
    "time": "time of day",
    "source": "account that gave",
    "target": "account that received",
    "source_name": "name of who gave",
    "target_name": "name of who received",
    "account": "own account",
    "account_name": "name of the own account",
    "other": "other account",
    "other_name": "name of the other side",
    "amount": "amount",
    "debit": "money out",
    "credit": "money in",
    "direction": "direction",
    "currency": "currency",
    "kind": "way of payment",
    "purpose": "purpose",
    "country_from": "country of who gave",
    "country_to": "country of who received",
    "place": "branch, machine or shop",
    "device": "device",
    "mcc": "merchant category",
    "reference": "reference",
    "text": "text",
    "label": "label",
    "label_pattern": "label's pattern",
    "label_instance": "label's number",
    "name": "name",
    "account_kind": "kind of account",
    "holder": "holder",
    "country": "country",
    "opened": "opened on",
    "income": "declared income",
    "address": "address",
    "phone": "telephone",
}
