-- Double points in the month of the birthday, at most 500 a year, by the standard template alone.
return { name = "birthday-month", version = "1.0.0", api = 1 }
