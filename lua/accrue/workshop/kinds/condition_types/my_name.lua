-- Which facts a condition looks at; key phrases and constraints name it in `conditions`.
return accrue.condition_type {
  title       = "my_name",
  description = "What it looks at, for the manual",
  over        = "current",                       -- the fact being judged; or history, balance, member
  facts       = { "*" },                         -- any custom event; or types, "purchase", "points"
  constraints = { "time", "store", "channel" },  -- those that may narrow it; all that fit when left out
}
