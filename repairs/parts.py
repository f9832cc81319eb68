"""The platform's parts for records with lines, under the name that repairs know them by."""

from logistics.platform.web.lines import DayField, LineForm, LinesAction, LinesDetail, MoneyField, PeopleField, PersonField, line_field

__all__ = ["DayField", "LineForm", "LinesAction", "LinesDetail", "MoneyField", "PeopleField", "PersonField", "line_field"]
