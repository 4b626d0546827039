local test = require "accrue.test"

describe("condition type past_purchases", function()
  it("holds the current purchase and all before it", function()
    local shop = test.rules { entrance = { { when = { key_phrase = "complete_transactions", operator = ">=", count = 2 },
      outcomes = {} } } }
    shop:purchase("m-1", "5.00")
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "5.00")
    assert.equal("Gold", shop:level "m-1")
  end)

  it("is asked on other events too", function()
    local shop = test.rules { event = { { when = { all = { { key_phrase = "trigger_an_event", event = "member.update" },
      { key_phrase = "spend_currency", operator = ">=", amount = "10.00" } } } } } }
    shop:purchase("m-1", "9.99")
    shop:apply { type = "member.update", member = "m-1" }
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", "0.01")
    shop:apply { type = "member.update", member = "m-1" }
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("does not wake a purchase rule by itself", function()
    assert.has_error(function() test.rules { purchase = { { when = { key_phrase = "complete_transactions", count = 1 } } } } end)
  end)

  -- domain 16.14, example 32
  it("counts checks of at least ten that were not paid by gift card", function()
    local shop = test.rules { entrance = { { when = { key_phrase = "complete_transactions", operator = ">=", count = 2, constraints = {
      check_size = { min = "10.00" }, payment_type = { exclude = { "gift_card" } } } }, outcomes = {} } } }
    local function pay(total, ...)
      local payments = {}
      for number, name in ipairs { ... } do payments[number] = { type = name, amount = total } end
      shop:purchase("m-1", { total = total, payments = payments })
      return shop:level "m-1"
    end
    assert.equal("Member", pay("9.99", "cash"))
    assert.equal("Member", pay("10.00", "cash"))
    assert.equal("Member", pay("10.00", "gift_card"))
    assert.equal("Gold", pay("10.00", "gift_card", "cash"))
  end)
end)
