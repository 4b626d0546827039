-- Which facts a condition looks at. `over` is current (the event being judged), history, balance or member.
return accrue.condition_type {
  title       = "Service visit (current)",
  description = "The visit that is being judged",
  over        = "current",
  facts       = { "service_visit" },
  constraints = { "time", "store", "day_of_week", "time_of_day" }, -- those that may narrow it
}
