-- The standard components over fields that a template declares.
local test = require "accrue.test"

local fuel = (string.match(debug.getinfo(1, "S").source, "^@(.*)/[^/]*$") or ".") .. "/fixture/fuel"

describe("declared fields", function()
  local function fill(first, second)
    return { total = "90.00", context = { coupons = "2" }, items = {
      { sku = "F95", category = "fuel", amount = "40.00", context = { litres = first } },
      { sku = "F98", category = "fuel", amount = "50.00", context = { litres = second } } } }
  end

  local function visit(hours) return { type = "service_visit", member = "m-1", data = { hours = hours, workshop = "north" } } end

  it("add up over purchases, of lines and of the purchase itself", function()
    local past_total = test.load("key_phrases/past_total.lua", fuel)
    assert.equal(50750000, past_total:value(fill("30.50", "20.25"), { unit = "litres", number = "1" }))
    assert.equal(30500000, past_total:value(fill("30.50", nil), { unit = "litres", number = "1" }))
    assert.equal(2000000, past_total:value(fill("30.50", nil), { unit = "coupons", number = "1" }))
    assert.is_nil(past_total:value({ total = "5.00" }, { unit = "litres", number = "1" }))
  end)

  it("earn points", function()
    local points_variable = test.load("outcomes/points_variable.lua", fuel)
    local vars = { points = 3, per = "10", unit = "litres", account = "points", source = "promo" }
    assert.equal(15, points_variable:effects(fill("30.50", "20.25"), vars)[1].points)
    vars.precision = 1
    assert.equal(15, points_variable:effects(fill("30.50", "20.25"), vars)[1].points)
    vars.unit, vars.per = "hours", "1"
    assert.equal(4, points_variable:effects(visit "1.5", vars)[1].points)
  end)

  it("earn points for the lines that count, alone", function()
    local shop = test.rules({ purchase = { { when = { key_phrase = "make_a_purchase",
      constraints = { catalog = { include = { items = { "F95" } } } } },
      outcomes = { { outcome = "points_variable", points = 1, per = "1", unit = "litres", account = "points",
        source = "promo" } } } } },
      { template = fuel })
    shop:purchase("m-1", fill("30.50", "20.25"))
    assert.equal(30, shop:balance("m-1", "points"))
  end)

  it("are compared at their scale", function()
    local attribute = test.load("key_phrases/event_attribute.lua", fuel)
    local vars = { event = "service_visit", key = "hours", operator = ">=", value = "1.5" }
    assert.is_true(attribute:test(visit "1.5", vars))
    assert.is_false(attribute:test(visit "1.4", vars))
    local context = test.load("constraints/context.lua", fuel)
    assert.is_true(context:accepts(fill("1.00", "1.00"), { key = "coupons", operator = "<", value = "3" }))
  end)

  it("earn points where they were not declared, at the decimals that were sent", function()
    local points_variable = test.load("outcomes/points_variable.lua", fuel)
    local vars = { points = 1, per = "1", unit = "weight", precision = 3, account = "fine", source = "promo" }
    local receipt = { total = "5.00", items = { { sku = "W", amount = "5.00", context = { weight = "2.125" } },
      { sku = "X", amount = "1.00", weight = 3 }, { sku = "Y", amount = "1.00", context = { weight = "heavy" } }, { sku = "Z" } } }
    assert.equal(512, points_variable:effects(receipt, vars)[1].points)
    assert.same({}, points_variable:effects({ total = "5.00", context = { weight = "none" } }, vars))
    assert.equal(250, points_variable:effects({ total = "5.00", context = { weight = "2.50" } }, vars)[1].points)
  end)

  it("count custom events as often as they were performed", function()
    local complete_events = test.load("key_phrases/complete_events.lua", fuel)
    local three = { type = "service_visit", data = { hours = "1", quantity = 3 } }
    assert.equal(3000, complete_events:value(three, { event = "service_visit", count = 1 }))
    local club = test.rules({ entrance = { { when = { key_phrase = "complete_events", event = "service_visit", operator = ">=", count = 4 },
      outcomes = {} } } }, { template = fuel })
    three.member = "m-1"
    club:apply(three)
    assert.equal("Member", club:level "m-1")
    club:apply(visit "1.0")
    assert.equal("Gold", club:level "m-1")
  end)

  it("reach a rule that raises a custom event with them", function()
    local club = test.rules({
      purchase = { { when = { key_phrase = "make_a_purchase" },
        outcomes = { { outcome = "trigger_event", event = "service_visit", data = '{"hours":"2.5"}' } } } },
      event = { { when = { key_phrase = "event_attribute", event = "service_visit", key = "hours", operator = "=", value = "2.5" } } },
    }, { template = fuel })
    club:purchase("m-1", "5.00")
    assert.equal(1, club:balance("m-1", "points"))
  end)
end)
