-- Access by level is the reward store's own; what a rule granted, a rule may take back.
return accrue.outcome {
  title     = "{access} access to reward store {store}",
  variables = {
    store  = accrue.var.reward_store(),
    access = accrue.var.choice { of = { "grant", "revoke" }, default = "grant" },
  },
  effects   = function(_, vars)
    if vars.access == "revoke" then return { accrue.effect.revoke_store { store = vars.store } } end
    return { accrue.effect.grant_store { store = vars.store } }
  end,
  examples  = { { vars = { store = "gold-shop" }, sentence = "grant access to reward store gold-shop" } },
}
