local test = require "accrue.test"

describe("key phrase spend_currency", function()
  local spend_currency = test.load("key_phrases/spend_currency.lua")

  local function shop_with(condition)
    condition.key_phrase = "spend_currency"
    return test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" }, condition } } } } }
  end

  it("measures what counts, in minor units", function()
    assert.equal(1250, spend_currency:value({ total = "12.50" }, { amount = "1.00" }))
    assert.equal(4000, spend_currency:value({ total = "42.50", items = { { sku = "A", amount = "40.00" } } }, { amount = "1.00" }))
  end)

  it("adds up to the cent", function()
    local shop = shop_with { operator = ">", amount = "1000.00", timeframe = { last = "6 months" } }
    shop:purchase("m-1", "999.99")
    shop:purchase("m-1", "0.01")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", "0.01")
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("forgets what lies before the window", function()
    local shop = shop_with { operator = ">=", amount = "100.00", timeframe = { this = "month" } }
    shop:purchase("m-1", "60.00", "2026-01-31T23:00:00Z")
    shop:purchase("m-1", "40.00", "2026-02-01T01:00:00Z")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", "60.00", "2026-02-28T23:00:00Z")
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  it("adds up the lines that a catalog lets through", function()
    local shop = shop_with { operator = ">=", amount = "10.00", constraints = { catalog = { include = { categories = { "tea" } } } } }
    local function tea(amount) return { sku = "T", category = "tea", amount = amount } end
    shop:purchase("m-1", { total = "25.00", items = { tea "5.00", { sku = "C", category = "cake", amount = "20.00" } } })
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", { total = "5.00", items = { tea "5.00" } })
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  -- domain 16.14, example 14
  it("lifts a member two levels by one purchase, with the outcomes of both", function()
    local function entered(amount, points)
      return { { rule = "Spend", when = { key_phrase = "spend_currency", operator = ">=", amount = amount },
        outcomes = { { outcome = "points_fixed", points = points, account = "points", source = "promo" } } } }
    end
    local shop = test.rules { levels = {
      { level = "One", entrance = { { rule = "Everyone", when = "no rules", outcomes = test.json.list() } } },
      { level = "Two", entrance = entered("500.00", 20) }, { level = "Three", entrance = entered("1000.00", 300) } } }
    shop:purchase("m-1", "1200.00")
    assert.equal("Three", shop:level "m-1")
    assert.equal(320, shop:balance("m-1", "points"))
    shop:purchase("m-2", "499.99")
    assert.equal("One", shop:level "m-2")
  end)
end)
