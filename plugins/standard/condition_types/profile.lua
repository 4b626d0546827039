return accrue.condition_type {
  title = "Profile",
  over  = "member",
  facts = { "member" },
}
