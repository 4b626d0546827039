-- 300 dollars in each of the last three calendar months, by the standard template alone.
return { name = "three-good-months", version = "1.0.0", api = 1 }
