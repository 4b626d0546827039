local test = require "accrue.test"

describe("key phrase complete_transactions", function()
  local function shop_with(condition)
    condition.key_phrase = "complete_transactions"
    return test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, condition } } } } }
  end

  local function fired(shop, purchases)
    for _ = 1, purchases do shop:purchase("m-1", "5.00") end
    return shop:balance("m-1", "points")
  end

  -- domain 16.14, example 2
  it("is exactly five at the fifth only", function()
    local shop = shop_with { operator = "exactly", count = 5 }
    assert.equal(0, fired(shop, 4))
    assert.equal(1, fired(shop, 1))
    assert.equal(1, fired(shop, 2))
  end)

  -- domain 16.14, example 3
  it("is at least five at the fifth, sixth and seventh", function()
    assert.equal(3, fired(shop_with { operator = ">=", count = 5 }, 7))
  end)

  -- domain 16.14, example 1
  it("lets a member enter a level by the third, which earns at the level before", function()
    local shop = test.rules {
      levels = {
        { level = "One", entrance = { { rule = "Everyone", when = "no rules", outcomes = test.json.list() } },
          base_earn = { { points = 1, per = "1.00", account = "points", source = "base" } } },
        { level = "Two", entrance = { { rule = "Three", when = { key_phrase = "complete_transactions", operator = ">=", count = 3 },
            outcomes = test.json.list() } },
          base_earn = { { points = 10, per = "1.00", account = "points", source = "base" } } },
      } }
    shop:purchase("m-1", "1.00")
    shop:purchase("m-1", "1.00")
    assert.equal("One", shop:level "m-1")
    shop:purchase("m-1", "1.00")
    assert.equal("Two", shop:level "m-1")
    assert.equal(3, shop:balance("m-1", "points"))
    shop:purchase("m-1", "1.00")
    assert.equal(13, shop:balance("m-1", "points"))
  end)

  it("counts nobody else's purchases", function()
    local shop = shop_with { operator = ">=", count = 2 }
    shop:purchase("m-1", "5.00")
    shop:purchase("m-2", "5.00")
    assert.equal(0, shop:balance("m-1", "points"))
    assert.equal(0, shop:balance("m-2", "points"))
  end)

  it("leaves the current purchase out when told to", function()
    local shop = shop_with { operator = ">=", count = 2, include_current = false }
    assert.equal(0, fired(shop, 2))
    assert.equal(1, fired(shop, 1))
  end)

  it("counts only the purchases that its constraints let through", function()
    local shop = shop_with { operator = ">=", count = 2, constraints = { store = { include = { "A" } } } }
    shop:purchase("m-1", { total = "5.00", store = "A" })
    shop:purchase("m-1", { total = "5.00", store = "B" })
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", { total = "5.00", store = "A" })
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("refuses zero with a less-than and holds for few with one", function()
    local phrase = test.load("key_phrases/complete_transactions.lua")
    assert.is_string(phrase:faults { operator = "<", count = 0 })
    assert.is_string(phrase:faults { operator = "at most", count = 0 })
    assert.equal(3, fired(shop_with { operator = "<=", count = 3 }, 5))
  end)
end)
