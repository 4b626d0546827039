local test = require "accrue.test"

describe("program coffee-club", function()
  local club

  before_each(function()
    club = test.program("programs/coffee-club.json", { start = "2025-03-01" })
  end)

  after_each(function() club:close() end)

  local function coffee(cups, amount, roast)
    return { store = "dom", channel = "counter", currency = "EUR", total = amount, subtotal = amount,
      items = { { line = "1", sku = "ESPRESSO", categories = { "drinks", "drinks/coffee" }, quantity = tostring(cups), amount = amount,
        context = { cups = cups, roast = roast or "dark" } } } }
  end

  it("greets who joins", function()
    club:send { type = "member.join", member = "m-1", data = {} }
    assert.equal("Regular", club:level("m-1"))
    assert.equal(70, club:balance("m-1", "beans")) -- 50 for the level, 20 for joining
    assert.equal("1.00", club:balance("m-1", "gift"))
  end)

  it("gives beans by the euro and stamps by the cup, decaf aside", function()
    club:send { type = "purchase", member = "m-2", data = coffee(2, "5.20") }
    assert.equal(7, club:balance("m-2", "beans")) -- 5.20 x 1.5 = 7.8
    assert.equal(2, club:balance("m-2", "stamps"))
    assert.equal(5, club:balance("m-2", "status"))
    club:send { type = "purchase", member = "m-2", data = coffee(1, "3.90", "decaf"), time = "2025-03-20T09:00:00Z" }
    assert.equal(2, club:balance("m-2", "stamps"))
  end)

  it("gives no stamp for the one on the house", function()
    local order = coffee(1, "2.60")
    order.items[2] = { line = "2", category = "drinks/coffee", amount = "0.00", context = { cups = 1, roast = "dark" } }
    club:send { type = "purchase", member = "m-2", data = order }
    assert.equal(1, club:balance("m-2", "stamps"))
  end)

  it("has no level for a card that never joined", function()
    club:send { type = "purchase", member = "m-3", data = coffee(1, "2.60") }
    assert.is_nil(club:level("m-3"))
  end)

  it("lifts members by what they spend within ninety days, before the purchase earns", function()
    club:send { type = "member.join", member = "m-4", data = {} }
    club:send { type = "purchase", member = "m-4", data = coffee(4, "99.99", "medium") }
    assert.equal("Regular", club:level("m-4"))
    local before = club:balance("m-4", "beans")
    club:send { type = "purchase", member = "m-4", data = coffee(1, "10.00", "medium"), time = "2025-03-08T09:00:00Z" }
    assert.equal("Aficionado", club:level("m-4"))
    assert.equal(before + 40 + 15 + 5, club:balance("m-4", "beans")) -- entrance, 10.00 x 1.5, half a bean more
  end)

  it("moves the people behind the counter, and back", function()
    club:send { type = "member.join", member = "m-5", data = {} }
    club:send { type = "audience.enter", member = "m-5", data = { audience = "staff" } }
    assert.equal("Barista", club:level("m-5"))
    club:send { type = "audience.leave", member = "m-5", data = { audience = "staff" } }
    assert.equal("Regular", club:level("m-5"))
  end)

  it("counts the hours of a class, and gives a badge for latte art", function()
    club:send { type = "brewing_class", member = "m-6", data = { topic = "latte_art", hours = 2 } }
    assert.equal(24 + 5, club:balance("m-6", "beans"))
    local reply = club:send { type = "brewing_class", member = "m-6", data = { topic = "knitting", hours = 2 } }
    assert.equal("rejected", reply.status)
    assert.equal(29, club:balance("m-6", "beans"))
  end)
end)
