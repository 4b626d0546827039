-- What specs stand on.
local test = require "accrue.test"

local fuel = (string.match(debug.getinfo(1, "S").source, "^@(.*)/[^/]*$") or ".") .. "/fixture/fuel"

describe("accrue.test", function()
  it("writes JSON in the order of the keys and reads it back", function()
    local value = { b = { 1, "2", true, test.json.null }, a = {}, c = test.json.list() }
    local text = test.json.encode(value)
    assert.equal('{"a":{},"b":[1,"2",true,null],"c":[]}', text)
    assert.same({ 1, "2", true, test.json.null }, test.json.decode(text).b)
    assert.same({ x = 9007199254740991 }, test.json.decode '{"x":9007199254740991,"y":null}')
  end)

  it("refuses JSON that is not exact or not JSON", function()
    assert.error_matches(function() test.json.encode { amount = 12.5 } end, "fraction")
    assert.error_matches(function() test.json.encode { 1, x = 2 } end, "list and names")
    assert.error_matches(function() test.json.encode { print } end, "function")
    assert.error_matches(function() test.json.decode '{"a":1,"a":2}' end, "line 1")
    local round = {}
    round.round = round
    assert.error_matches(function() test.json.encode(round) end, "32 levels")
  end)

  it("names the component's file, line and cause when it fails", function()
    local broken = test.load("key_phrases/broken.lua", fuel)
    assert.error_matches(function() broken:test({ total = "5.00" }, {}) end, "broken.lua:6: .*totl.*total")
  end)

  it("gives the reply of an event that parks, and raises where it had to be applied", function()
    local shop = test.rules({ purchase = { { when = { key_phrase = "broken" } } } }, { template = fuel })
    local reply = shop:send { type = "purchase", member = "m-1", data = { total = "5.00" } }
    assert.equal("parked", reply.status)
    assert.error_matches(function() shop:purchase("m-1", "5.00") end, "parked")
  end)

  it("repeats the answer to an event that is sent again", function()
    local shop = test.rules { purchase = { { when = { key_phrase = "make_a_purchase" } } } }
    local event = { type = "purchase", id = "r-1", member = "m-1", time = "2026-03-01T12:00:00Z", data = { total = "5.00" } }
    assert.equal("applied", shop:send(event).status)
    assert.equal("duplicate", shop:send(event).status)
    event.data = { total = "6.00" }
    assert.equal("conflict", shop:send(event).status)
    assert.equal(1, shop:balance "m-1")
    assert.equal(1, #shop:ledger "m-1")
    assert.is_true(shop:verify().ok)
  end)

  it("shows every fault of a program with its place", function()
    local good, message = pcall(test.rules, { purchase = { { when = { key_phrase = "make_a_purchas" } },
      { when = { key_phrase = "total_spend" } } } })
    assert.is_false(good)
    assert.matches("spec.json:%d+:%d+: .*make_a_purchase", message)
    assert.matches("amount", message)
  end)

  it("says what it wants when it is misused", function()
    assert.error_matches(function() test.load "litres.lua" end, "key_phrases/litres.lua")
    assert.error_matches(function() test.load "key_phrases/none.lua" end, "has no key phrase none")
    local spend = test.load "key_phrases/total_spend.lua"
    assert.error_matches(function() spend:accepts({ total = "5.00" }, { amount = "1.00" }) end, "has no accepts")
    assert.error_matches(function() spend:value({ total = "5.001" }, { amount = "1.00" }) end, "no valid event")
    assert.error_matches(function() spend:value({ total = "5.00" }, { amuont = "1.00" }) end, "amuont")
  end)
end)
