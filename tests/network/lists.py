"""Small lists in the layout of the consolidated list, with fictional people on them."""


def person(reference="XXi.001", first="Example", second="Person", more="", day="1970-02-03"):
    """Return one individual."""
    birth = (
        "<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE>"
        f"<DATE>{day}</DATE></INDIVIDUAL_DATE_OF_BIRTH>"
        if day
        else ""
    )
    return (
        f"<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>{first}</FIRST_NAME>"
        f"<SECOND_NAME>{second}</SECOND_NAME><UN_LIST_TYPE>Example</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>{reference}</REFERENCE_NUMBER><LISTED_ON>2020-01-02</LISTED_ON>"
        f"{birth}{more}</INDIVIDUAL>"
    )


def alias(name, quality="Good"):
    """Return an alias block."""
    return (
        f"<INDIVIDUAL_ALIAS><QUALITY>{quality}</QUALITY><ALIAS_NAME>{name}</ALIAS_NAME>"
        "</INDIVIDUAL_ALIAS>"
    )


def nationality(*values):
    """Return a nationality block."""
    return f"<NATIONALITY>{''.join(f'<VALUE>{v}</VALUE>' for v in values)}</NATIONALITY>"


def xml(*people, entities="", head=""):
    """Return a whole list as bytes."""
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00Z">'
        f"<INDIVIDUALS>{''.join(people)}</INDIVIDUALS><ENTITIES>{entities}</ENTITIES>"
        "</CONSOLIDATED_LIST>"
    )
    return text.encode()
