local test = require "accrue.test"

describe("my_name", function()
  local my_name = test.load "key_phrases/my_name.lua"

  it("measures a purchase", function()
    assert.equal(2550, my_name:value(test.purchase { total = "25.50" }, { amount = "20.00" }))
  end)

  it("is compared by a rule", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "my_name", amount = "20.00" } } } }
    assert.fired("purchase 1", shop:purchase("m-1", "20.00"))
    assert.not_fired("purchase 1", shop:purchase("m-2", "19.99"))
  end)

  it("adds up over history", function()
    local past = { key_phrase = "my_name", condition = "past_purchases", operator = "at least", amount = "30.00" }
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, past } } } } }
    assert.not_fired("purchase 1", shop:purchase("m-1", "20.00"))
    assert.fired("purchase 1", shop:purchase("m-1", "10.00"))
  end)
end)
