import io

import pytest

from flows import reading_samples as samples
from manumit.flows import mapping, proposing
from manumit.flows.readers import reading

ENGLISH = """Transaction Date,Account Number,Description,Debit Amount,Credit Amount,Currency
05/01/2026,100200300,Rent January,"1,250.00",,USD
17/01/2026,100200300,Wages,,"2,000.50",USD
"""
FRENCH = """Date opération;Compte;Libellé;Montant;Devise
05/01/2026;FR7630006000011234567890189;Loyer janvier;-1 250,00;EUR
28/01/2026;FR7630006000011234567890189;Salaire;2 000,50;EUR
"""
GERMAN = """Buchungstag;Auftragskonto;Kontonummer/IBAN;Begünstigter/Zahlungspflichtiger;Verwendungszweck;Betrag;Währung
05.01.26;DE02120300000000202051;DE02500105170137075030;Amal Example;Miete;-1.250,00;EUR
17.01.26;DE02120300000000202051;DE02100500000054540402;Test Person 3;Lohn;2.000,50;EUR
"""
SPANISH = """Fecha operación;Cuenta origen;Cuenta destino;Ordenante;Importe;Divisa;Concepto
05/01/2026;ES9121000418450200051332;ES7921000813610123456789;Amal Example;1.250,00;EUR;Alquiler
25/01/2026;ES9121000418450200051332;ES7921000813610123456789;Amal Example;2.000,50;EUR;Nómina
"""
ARABIC = """تاريخ العملية,رقم الحساب,الحساب المقابل,اسم الطرف الآخر,المبلغ,مدين/دائن,العملة,البيان
٢٠٢٦/٠١/٠٥,٠٠١٢٣,٠٠٤٥٦,أمل مثال,١٢٥٠٫٥٠,مدين,JOD,إيجار
٢٠٢٦/٠١/١٧,٠٠١٢٣,٠٠٧٨٩,شخص ٣,٢٠٠٠,دائن,JOD,راتب
"""


def _proposed(text: str) -> proposing.Proposal:
    seen = reading.look(io.BytesIO(text.encode()), "bank.csv")
    return proposing.propose(seen.headers, seen.sample, "bank.csv", seen.skip)


@pytest.mark.parametrize(
    ("text", "style", "amounts", "sources"),
    [
        (ENGLISH, "two", [125_000, 200_050], ["100200300", None]),
        (FRENCH, "signed", [125_000, 200_050], ["FR7630006000011234567890189", None]),
        (
            GERMAN,
            "signed",
            [125_000, 200_050],
            ["DE02120300000000202051", "DE02100500000054540402"],
        ),
        (SPANISH, "plain", [125_000, 200_050], ["ES9121000418450200051332"] * 2),
        (ARABIC, "coded", [1_250_500, 2_000_000], ["00123", "00789"]),
    ],
)
def test_a_statement_is_read_by_what_was_proposed(
    text: str, style: str, amounts: list[int], sources: list[str]
) -> None:
    proposal = _proposed(text)
    chosen = proposal.mapping
    assert chosen.style == style
    mapping.check(chosen)
    assert mapping.read(mapping.write(chosen)) == chosen
    found = samples.read(text.encode(), mapping.write(chosen))
    assert not found.rejected
    assert found.rows["amount_minor"].to_list() == amounts
    assert found.rows["source_id"].to_list() == sources
    assert next(at.day for at in found.rows["at"]) == 5
    assert set(proposal.reasons) >= {"at", "currency"}
    assert not proposal.doubts


def test_doubts_are_told() -> None:
    proposal = _proposed("Date,Amount,Details\n05/01/2026,5.00,rent\n06/02/2026,7.00,food\n")
    told = " ".join(proposal.doubts)
    assert "day/month or month/day" in told
    assert "whose statement" in told
    assert "currency" in told
    assert "below zero" in told
    with pytest.raises(mapping.BadMapping) as refused:
        mapping.check(proposal.mapping)
    assert refused.value.key == "columns.account"


def test_a_comma_before_three_digits_is_a_doubt() -> None:
    proposal = _proposed("Date;From;To;Amount;Currency\n25/01/2026;A1;B2;1,250;USD\n")
    assert any("thousands or decimals" in doubt for doubt in proposal.doubts)


def test_a_currency_in_the_heading_is_taken() -> None:
    proposal = _proposed("Date,From,To,Amount (KWD)\n25/01/2026,A1,B2,1.250\n")
    assert proposal.mapping.constant == {"currency": "KWD"}
    assert proposal.mapping.columns["amount"] == ("Amount (KWD)",)


def test_ways_of_payment_are_known_by_their_words() -> None:
    proposal = _proposed(
        "Date,From,To,Amount,Currency,Type\n25/01/2026,A1,B2,1.25,USD,ATM\n26/01/2026,A1,B2,1,USD,Odd\n"
    )
    assert proposal.mapping.codes == {"kind": {"ATM": "cash_out"}}


def test_nothing_is_proposed_for_nothing() -> None:
    proposal = proposing.propose((), ())
    assert proposal.mapping.columns == {}
    assert proposal.doubts


def test_some_bad_cells_are_a_doubt_and_no_more() -> None:
    proposal = _proposed(
        "Date;From;To;Amount;Currency\n25/01/2026;A1;B2;1.200,50;EUR\n26/01/2026;A1;B2;99,00;EUR\n"
        "soon;A1;B2;twelve;EUR\n28/01/2026;A1;B2;15,00;EUR\n"
    )
    chosen = proposal.mapping
    assert chosen.columns["amount"] == ("Amount",)
    assert (chosen.decimal, chosen.thousands, chosen.formats) == (",", ".", ("%d/%m/%Y",))
    assert [doubt for doubt in proposal.doubts if "would be refused" in doubt] == [
        "Under “Date” 1 of the first 4 cells cannot be read; their rows would be refused.",
        "Under “Amount” 1 of the first 4 cells cannot be read; their rows would be refused.",
    ]


def test_a_heading_with_one_good_cell_is_enough() -> None:
    proposal = _proposed(
        "Date;From;To;Amount;Currency\nsoon;A1;B2;twelve;EUR\n25/01/2026;A1;B2;3,50;EUR\n"
    )
    assert list(proposal.mapping.columns) == ["at", "source", "target", "amount", "currency"]
    assert [doubt.count("would be refused") for doubt in proposal.doubts] == [1, 1]
