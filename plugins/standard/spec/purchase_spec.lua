local test = require "accrue.test"

describe("condition type purchase", function()
  it("looks at the current purchase and takes the constraints on purchases", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "total_spend", amount = "10.00", constraints = {
      check_size = { min = "5.00" }, time = { last = "1 day" }, payment_type = { exclude = { "gift_card" } }, store = { exclude = { "Z" } },
      channel = { exclude = { "web" } }, catalog = { exclude = { categories = { "tobacco" } } },
        context = { key = "till", value = "7" } } } } } }
    local good = { total = "10.00", context = { till = "7" }, items = { { sku = "A", amount = "10.00" } } }
    shop:purchase("m-1", good)
    assert.equal(1, shop:balance("m-1", "points"))
    for key, value in pairs { store = "Z", channel = "web", payments = { { type = "gift_card", amount = "10.00" } },
      context = { till = "8" } } do
      local bad = {}
      for name, field in pairs(good) do bad[name] = field end
      bad[key] = value
      shop:purchase("m-1", bad)
      assert.equal(1, shop:balance("m-1", "points"), key)
    end
  end)

  it("is false for other events, in entrance too", function()
    local shop = test.rules { entrance = { { when = { key_phrase = "make_a_purchase" }, outcomes = {} } } }
    shop:apply { type = "member.join", member = "m-1" }
    assert.equal("Member", shop:level "m-1")
    shop:purchase("m-1", "5.00")
    assert.equal("Gold", shop:level "m-1")
  end)

  it("cannot wake an event rule", function()
    assert.has_error(function() test.rules { event = { { when = { key_phrase = "make_a_purchase" } } } } end)
  end)
end)
