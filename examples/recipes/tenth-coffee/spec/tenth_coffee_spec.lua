local test = require "accrue.test"

describe("recipe tenth-coffee", function()
  local club

  before_each(function() club = test.program "programs/tenth-coffee.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function order(cups, transaction)
    return { transaction = transaction, total = 3 * cups,
      items = { { line = "1", sku = "ESPRESSO", category = "coffee", quantity = cups, amount = 3 * cups } } }
  end

  -- Offers after orders of so many cups each.
  local function offers(...)
    for _, cups in ipairs { ... } do club:purchase("m-1", order(cups)) end
    return club:offers("m-1", "free_coffee")
  end

  it("counts cups, not receipts", function()
    assert.equal(0, offers(4, 5))
    assert.equal(1, offers(2))
    assert.equal(1, offers(8))
    assert.equal(2, offers(1))
  end)

  it("gives one for every ten of a large order", function() assert.equal(3, offers(34)) end)

  it("counts nothing but coffee", function()
    offers(9)
    club:purchase("m-1", { total = 20, items = { { category = "food", quantity = 4, amount = 20 } } })
    assert.equal(0, club:offers("m-1", "free_coffee"))
  end)

  it("does not count the cup on the house", function()
    offers(10)
    assert.equal("applied", club:send({ type = "offer.redeem", member = "m-1", data = { offer = "free_coffee" } }).status)
    assert.equal(0, club:offers("m-1", "free_coffee"))
    club:purchase("m-1", { total = 0, items = { { category = "coffee", quantity = 1, amount = 0 } } })
    assert.equal(0, offers(9))
    assert.equal(1, offers(1))
  end)

  it("tells the till what it is worth, and takes it once", function()
    offers(10)
    local reply = club:apply { type = "offer.redeem", member = "m-1", data = { offer = "free_coffee" } }
    assert.equal(1, reply.offers[1].discount.free)
    reply = club:send { type = "offer.redeem", member = "m-1", data = { offer = "free_coffee" } }
    assert.equal("refused", reply.status)
    assert.equal("offer_used_up", reply.error.code)
  end)

  it("does not earn a cup twice by a return and a new purchase", function()
    club:purchase("m-1", order(10, "t-1"))
    assert.equal(1, club:offers("m-1", "free_coffee"))
    club:give_back("m-1", "t-1", { items = { { of_line = "1", quantity = 10 } } })
    assert.equal(1, club:offers("m-1", "free_coffee"))
    assert.equal(1, offers(10))
    assert.equal(1, offers(9))
    assert.equal(2, offers(1))
  end)

  it("counts what is left of an order", function()
    club:purchase("m-1", order(8, "t-1"))
    club:give_back("m-1", "t-1", { items = { { of_line = "1", quantity = 3 } } })
    assert.equal(0, offers(4))
    assert.equal(1, offers(1))
  end)

  it("gives the cup on the house again when the order that it was used on comes back", function()
    offers(10)
    local used = club:apply({ type = "offer.redeem", member = "m-1", data = { offer = "free_coffee" } }).offers[1].issue
    local receipt = order(2, "t-2")
    receipt.discounts = { { offer = "free_coffee", issue = used, amount = 3 } }
    club:purchase("m-1", receipt)
    assert.equal(0, club:offers("m-1", "free_coffee"))
    club:give_back("m-1", "t-2", { total = 6, reinstate_offers = true })
    assert.equal(1, club:offers("m-1", "free_coffee"))
  end)
end)
