"""What a bank's list of customers knows of accounts."""

import polars

from manumit.flows import batch
from manumit.flows import mapping as mappings
from manumit.flows.readers import cells, columns, faults

Series = polars.Series


class Customers(cells.Cells):
    """One row is one account."""

    def whole(self) -> batch.Batch:
        """Return the accounts, checked."""
        account = self.identifier("account")
        self.faults.add("account", "account_missing", account.is_null())
        opened = columns.even(self.column("opened"))
        opened_on = columns.days(opened, self.mapping, typed=self.frame.typed)
        self.faults.add("opened", "time_bad", opened_on.is_null() & (opened != ""))
        kind = self.coded("account_kind").str.to_lowercase()
        holder_name = self.words("holder_name")
        pattern, instance = self.labels()
        made = polars.DataFrame(
            {
                "account_id": account,
                "name": self.words("name"),
                "kind": kind.set(~kind.is_in(mappings.ACCOUNT_KINDS), ""),
                "holder_id": self.identifier("holder"),
                "holder_name": holder_name,
                "country": self.country("country"),
                "opened_on": opened_on,
                "income_minor": self._income(),
                "address": self._joined("address"),
                "phone": self._phone(),
                "label_pattern": pattern,
                "label_instance": instance,
            }
        )
        accounts, refused = self.taken(made)
        return batch.Batch(
            rows=faults.nothing(),
            accounts=batch.shaped(accounts, batch.ACCOUNT_ROW_COLUMNS),
            rejected=refused,
            notes=tuple(self.notes.items()),
        )

    def _income(self) -> Series:
        texts = columns.even(self.column("income"))
        if not self.mapping.given("income"):
            return polars.repeat(None, self.height, dtype=polars.Int64, eager=True)
        found = columns.amounts(texts.replace("", "0"), self.currency(), self.mapping)
        for reason, mask in found.faults.items():
            self.faults.add("income", reason, mask)
        self.faults.add("income", "amount_negative", found.minor < 0)
        return found.minor.set(texts == "", None)

    def _joined(self, name: str) -> Series:
        """Return a text for comparing: one space, small letters; null where it is empty."""
        made = self.words(name).str.replace_all(r"[\s,;/]+", " ").str.to_lowercase()
        return made.str.strip_chars().set(made == "", None)

    def _phone(self) -> Series:
        made = columns.western(self.column("phone")).str.replace_all(r"[^\d]", "")
        made = made.str.strip_prefix("00")
        return made.set(made.str.len_chars() < 5, None)
