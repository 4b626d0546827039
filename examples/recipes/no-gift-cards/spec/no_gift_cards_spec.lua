local test = require "accrue.test"

describe("recipe no-gift-cards", function()
  local club

  before_each(function() club = test.program "programs/no-gift-cards.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  -- Clothes and gift cards for so much, of which a part is paid with points.
  local function points(clothes, cards, with_points)
    local total = clothes + cards
    local payments = { { type = "card", amount = total - with_points } }
    if with_points > 0 then payments[2] = { type = "points", amount = with_points } end
    if with_points == total then table.remove(payments, 1) end
    club:purchase("m-1", { total = total, payments = payments,
      items = { { category = "clothes", amount = clothes }, { category = "gift_cards", amount = cards } } })
    return club:balance "m-1"
  end

  it("gives nothing on gift cards", function() assert.equal(60, points(60, 40, 0)) end)

  it("gives nothing on the part paid with points", function() assert.equal(75, points(100, 0, 25)) end)

  it("takes the share paid with money of what is no gift card", function() assert.equal(45, points(60, 40, 25)) end)

  it("gives nothing at all when points pay for everything", function() assert.equal(0, points(100, 0, 100)) end)

  it("takes a receipt without payments for paid with money", function()
    club:purchase("m-1", { total = "30.00", items = { { category = "clothes", amount = "30.00" } } })
    assert.equal(30, club:balance "m-1")
  end)

  it("gives nothing where nobody says what was bought", function()
    club:purchase("m-1", "30.00")
    assert.equal(0, club:balance "m-1")
  end)
end)
