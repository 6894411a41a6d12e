"""Occurrences by recurring-ical-events, to compare with ours.

Reads from standard input a JSON list of {ics, fromMs, toMs}; writes for each [[startsMs, endsMs], ...] in order of time.
"""
import json
import sys
from datetime import datetime, timezone

import icalendar
import recurring_ical_events


def milliseconds(time):
    return round(time.timestamp() * 1000)


def occurrences(case):
    calendar = icalendar.Calendar.from_ical(case["ics"])
    start = datetime.fromtimestamp(case["fromMs"] / 1000, timezone.utc)
    end = datetime.fromtimestamp(case["toMs"] / 1000, timezone.utc)
    events = recurring_ical_events.of(calendar, skip_bad_series=False).between(start, end)
    return sorted([milliseconds(event.start), milliseconds(event.end)] for event in events)


def main():
    answers = []
    for case in json.load(sys.stdin):
        try:
            answers.append(occurrences(case))
        except Exception as error:  # noqa: BLE001: what it cannot read is an answer too
            answers.append({"error": repr(error)})
    json.dump(answers, sys.stdout)


main()
