local test = require "accrue.test"

describe("recipe promotion-budget", function()
  local club

  before_each(function() club = test.program "programs/promotion-budget.json" end)
  after_each(function()
    club:verify()
    club:close()
  end)

  -- What a purchase of new arrivals gives above its base points.
  local function bonus(member, dollars, day)
    local before = club:balance(member)
    club:purchase(member, { total = dollars, items = { { category = "new_arrivals", amount = dollars } } }, day)
    return club:balance(member) - before - dollars
  end

  it("multiplies by five", function() assert.equal(400, bonus("m-1", 100)) end)

  it("gives a member what is left of the member's part, then nothing until the month ends", function()
    assert.equal(1600, bonus("m-1", 400, "2026-01-10"))
    assert.equal(400, bonus("m-1", 400, "2026-01-11"))
    assert.equal(0, bonus("m-1", 400, "2026-01-31"))
    assert.equal(1600, bonus("m-1", 400, "2026-02-01"))
  end)

  it("shares the budget among all, first come first served", function()
    for number = 1, 4 do assert.equal(2000, bonus("m-" .. number, 500, "2026-01-10")) end
    assert.equal(1200, bonus("m-5", 300, "2026-01-11"))
    assert.equal(800, bonus("m-6", 300, "2026-01-12")) -- of 1200: the budget's rest
    assert.equal(0, bonus("m-7", 300, "2026-01-13"))
    assert.equal(1200, bonus("m-7", 300, "2026-02-01"))
  end)

  it("says what was cut", function()
    bonus("m-1", 400, "2026-01-10")
    local reply = club:purchase("m-1", { total = "400.00", items = { { category = "new_arrivals", amount = "400.00" } } }, "2026-01-11")
    local cut
    for _, outcome in ipairs(reply.outcomes) do cut = cut or outcome.clipped end
    assert.is_truthy(cut)
  end)
end)
