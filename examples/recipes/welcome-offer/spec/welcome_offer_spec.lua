local test = require "accrue.test"

describe("recipe welcome-offer", function()
  local club

  before_each(function()
    club = test.program "programs/welcome-offer.json"
    club:apply { type = "member.join", member = "m-1", data = {}, time = "2026-03-01T09:00:00-05:00" }
  end)
  after_each(function()
    club:verify()
    club:close()
  end)

  local function redeem(time) return club:send { type = "offer.redeem", member = "m-1", data = { offer = "welcome" }, time = time } end

  it("is issued at joining and tells the till the discount", function()
    assert.equal(1, club:offers("m-1", "welcome"))
    assert.equal(20, redeem("2026-03-02").offers[1].discount.percent)
  end)

  it("reminds three days before it ends, by the clock alone", function()
    club:clock "2026-03-27T09:00:00-04:00"
    assert.equal(0, club:tag("m-1", "remind_of_welcome"))
    club:clock "2026-03-29T09:00:00-04:00"
    assert.equal(1, club:tag("m-1", "remind_of_welcome"))
    assert.equal("applied", redeem("2026-03-30").status)
  end)

  it("reminds nobody who has used it", function()
    redeem "2026-03-02"
    club:clock "2026-03-29T09:00:00-04:00"
    assert.equal(0, club:tag("m-1", "remind_of_welcome"))
  end)

  it("ends after thirty days", function()
    assert.equal("refused", redeem("2026-04-02").status)
    assert.equal(0, club:offers("m-1", "welcome"))
  end)

  it("comes once, however often one joins", function()
    redeem "2026-03-02"
    club:apply { type = "member.join", member = "m-1", data = {} }
    assert.equal(0, club:offers("m-1", "welcome"))
  end)
end)
