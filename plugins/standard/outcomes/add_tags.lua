-- With `expires` the tag is kept for a term that starts again each time; without, it counts (domain St6).
return accrue.outcome {
  title     = "Add tags {tags}[ for {expires}]",
  variables = {
    tags    = accrue.var.set { of = "tag" },
    expires = accrue.var.duration { optional = true },
  },
  check     = function(vars)
    if not next(vars.tags) then error("add_tags needs a tag", 0) end
  end,
  effects   = function(_, vars)
    local effects = {}
    for tag in pairs(vars.tags) do
      effects[#effects + 1] = accrue.effect.tag { tag = tag, expires = vars.expires, counter = not vars.expires }
    end
    return effects
  end,
  examples  = { { vars = { tags = { "big_spender" }, expires = "30 days" }, sentence = "Add tags big_spender for 30 days" } },
}
