local test = require "accrue.test"

describe("constraint catalog", function()
  local catalog = test.load("constraints/catalog.lua")

  local function line(sku, ...)
    return { sku = sku, categories = select("#", ...) > 0 and { ... } or nil, amount = "5.00" }
  end

  it("covers what lies under a category", function()
    local vars = { include = { categories = { "fuel" } } }
    assert.is_true(catalog:accepts_item(line("F", "fuel"), vars))
    assert.is_true(catalog:accepts_item(line("F", "fuel/95/plus"), vars))
    assert.is_true(catalog:accepts_item(line("F", "shop", "fuel/95"), vars))
    assert.is_false(catalog:accepts_item(line("F", "fuels"), vars))
    assert.is_false(catalog:accepts_item(line("F", "shop"), vars))
    assert.is_false(catalog:accepts_item(line("F"), vars))
  end)

  it("takes single items", function()
    local vars = { include = { items = { "F95" } } }
    assert.is_true(catalog:accepts_item(line "F95", vars))
    assert.is_false(catalog:accepts_item(line "F98", vars))
    assert.is_false(catalog:accepts_item({ categories = { "fuel" }, amount = "5.00" }, vars))
  end)

  -- domain 16.14, example 33
  it("leaves an excluded item out of an included category", function()
    local vars = { include = { categories = { "fuel" } }, exclude = { items = { "F98" } } }
    assert.is_true(catalog:accepts_item(line("F95", "fuel"), vars))
    assert.is_false(catalog:accepts_item(line("F98", "fuel"), vars))
  end)

  it("keeps an included item of an excluded category", function()
    local vars = { include = { categories = { "shop" }, items = { "F98" } }, exclude = { categories = { "shop/wine" } } }
    assert.is_true(catalog:accepts_item(line("F98", "shop/wine"), vars))
    assert.is_false(catalog:accepts_item(line("W", "shop/wine"), vars))
    assert.is_true(catalog:accepts_item(line("B", "shop/bread"), vars))
  end)

  it("prefers the deeper category, and exclude at equal depth", function()
    local vars = { include = { categories = { "shop", "shop/wine/local" } }, exclude = { categories = { "shop/wine" } } }
    assert.is_true(catalog:accepts_item(line("L", "shop/wine/local"), vars))
    assert.is_false(catalog:accepts_item(line("W", "shop/wine/other"), vars))
    assert.is_false(catalog:accepts_item(line("X", "a", "b"), { include = { categories = { "a" } }, exclude = { categories = { "b" } } }))
    assert.is_false(catalog:accepts_item(line("X", "a"), { include = { items = { "X" } }, exclude = { items = { "X" } } }))
  end)

  it("takes everything else when only exclude is given", function()
    local vars = { exclude = { categories = { "tobacco" } } }
    assert.is_true(catalog:accepts_item(line("B", "bread"), vars))
    assert.is_true(catalog:accepts_item(line "unsorted", vars))
    assert.is_false(catalog:accepts_item(line("T", "tobacco/cigars"), vars))
  end)

  it("refuses no list at all, and an empty one", function()
    assert.matches("needs include or exclude", catalog:faults {})
    assert.is_string(catalog:faults { include = {} })
  end)

  it("counts the amounts of the lines let through, alone", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "total_spend", amount = "5.00",
      constraints = { catalog = { include = { categories = { "tea" } } } } },
      outcomes = { { outcome = "points_variable", points = 1, per = "1.00", account = "points", source = "promo" } } } } }
    shop:purchase("m-1", { total = "24.00", items = { line("A", "tea"), line("B", "tea/green"), { sku = "C", amount = "14.00" } } })
    assert.equal(10, shop:balance("m-1", "points"))
  end)

  it("holds only where some line is let through", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { catalog = { include = { categories = { "tea" } } } } } } } }
    shop:purchase("m-1", { total = "5.00", items = { line("A", "cake") } })
    shop:purchase("m-1", "5.00")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:purchase("m-1", { total = "10.00", items = { line("A", "cake"), line("B", "tea") } })
    assert.equal(1, shop:balance("m-1", "points"))
  end)

  -- domain 16.14, example 31
  it("does not fire a rule about past coats when shoes are bought", function()
    local coats = { catalog = { include = { categories = { "coats" } } } }
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "spend_currency", operator = ">=", amount = "200.00", constraints = coats } } } } } }
    local function buy(category, amount) shop:purchase("m-1",
      { total = amount, items = { { sku = "X", category = category, amount = amount } } }) end
    buy("coats/women", "199.99")
    assert.equal(0, shop:balance("m-1", "points"))
    buy("coats/women", "0.01")
    assert.equal(1, shop:balance("m-1", "points"))
    buy("shoes", "80.00")
    assert.equal(1, shop:balance("m-1", "points"))
    buy("coats", "50.00")
    assert.equal(2, shop:balance("m-1", "points"))
  end)
end)
