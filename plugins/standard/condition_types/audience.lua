return accrue.condition_type {
  title       = "Audience",
  description = "The groups that the member is in",
  over        = "member",
  facts       = {},
}
