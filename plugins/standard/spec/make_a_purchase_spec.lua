local test = require "accrue.test"

describe("key phrase make_a_purchase", function()
  it("holds for every purchase", function()
    local phrase = test.load("key_phrases/make_a_purchase.lua")
    assert.is_true(phrase:test({ total = "12.50" }, {}))
    assert.is_true(phrase:test({ total = "0.00" }, {}))
  end)

  it("fires on purchases and on nothing else", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" } } } }
    shop:apply { type = "member.join", member = "m-1" }
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", "12.50")
    assert.equal(1, shop:balance("m-1", "points"))
  end)
end)
