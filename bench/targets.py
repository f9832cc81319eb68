"""What the measures are held to. Milliseconds unless said otherwise."""

PAGE = {"cpu": 12, "sql": 6, "kb": 60, "wall": 25}
HOUSE, HOME = {"sql": 10, "kb": 100}, {"kb": 100}  # what every list and every page keeps to; a first page asks every app
SEARCH = {"wall": 30, "db": 10}
DETAIL = {"cpu": 12, "sql": 10}
DEEP = {"times_first": 1.3}
API_50, API_1000 = {"cpu": 5}, {"cpu": 40}

ISSUES, ISSUES_HOT, LABELS = 200, 150, 1  # issues a second; seconds for a hundred labels
API_RATE = 250  # requests a second, two workers
EXPORT_COLUMNS = 15  # of which the seconds below speak
EXPORT_FIRST, EXPORT_SECONDS, EXPORT_MEMORY = 0.3, 3 / 100_000, 50  # seconds, seconds a row, MB
IMPORT_SECONDS, IMPORT_MEMORY = 3 / 10_000, 150
JOURNAL_SHARE = 0.5  # of what the same statements written by hand do
WORKER_MEMORY, COLD_START, MIGRATIONS = 130, 2, 15  # MB, seconds, seconds
