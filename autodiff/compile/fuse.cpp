#include <algorithm>

#include <descent/autodiff/compile/assemble.hpp>
#include <descent/autodiff/tape/op.hpp>

namespace descent::inline v1::compiling {
namespace {

using Id = Graph::Id;

/// Finds the step in which each call runs: the first that all it reads is there in, and that it fits.
class Fusion {
 public:
  explicit Fusion(const Graph& graph) : graph_(graph), step_of_(graph.values.size(), 0), maker_(graph.values.size()) {}

  Plan run() {
    const std::vector<Source> sources = sources_of(graph_);
    for (std::size_t c = 0; c < graph_.calls.size(); ++c) {
      std::optional<Candidate> candidate = candidate_of(graph_, sources, c);
      if (candidate) place(std::move(*candidate));
      else add_call(c);
    }
    while (merge_into_readers()) {}
    find_needed();
    Plan plan;
    for (const Slot& slot : slots_) {
      if (slot.dead) continue;
      plan.steps.push_back({slot.grouped, slot.grouped ? plan.groups.size() : slot.number, {}});
      if (slot.grouped) plan.groups.push_back(assembled(graph_, drafts_[slot.number], needed_));
    }
    mark_last_reads(graph_, plan);
    return plan;
  }

 private:
  struct Slot {
    bool grouped;
    std::size_t number;  ///< of the draft, or of the call
    bool dead = false;
  };
  struct Maker {
    std::size_t draft = none;
    std::size_t call = 0;  ///< its number in the draft
    static constexpr std::size_t none = ~std::size_t{0};
  };

  // ---- Into which step

  std::size_t bound(const Candidate& next) const {
    std::size_t latest = 0;
    for (const Operand& in : next.in) latest = std::max(latest, step_of_[in.base]);
    return latest;
  }

  void place(Candidate next) {
    for (std::size_t step = bound(next); step < slots_.size(); ++step) {
      if (!slots_[step].grouped) continue;
      const std::size_t number = slots_[step].number;
      if (drafts_[number].few) {
        if (next.few) return join(step, std::move(next));
        continue;
      }
      std::optional<Candidate> fitted = next.in_strips ? fitting(number, next) : std::nullopt;
      if (fitted && shares(number, next)) return join(step, std::move(*fitted));
    }
    slots_.push_back({true, drafts_.size()});
    drafts_.push_back({next.few, next.numel});
    join(slots_.size() - 1, std::move(next));
  }

  void join(std::size_t step, Candidate next) {
    Draft& draft = drafts_[slots_[step].number];
    step_of_[next.out] = step;
    maker_[next.out] = {slots_[step].number, draft.calls.size()};
    if (next.in_strips && next.cut.known()) draft.cut = next.cut;
    if (next.total) draft.total = graph_.values[next.out].like.dtype;
    draft.calls.push_back(std::move(next));
  }

  void add_call(std::size_t c) {
    const Graph::Call& call = graph_.calls[c];
    for (std::uint32_t k = 0; k < call.outputs; ++k) step_of_[call.first_out + k] = slots_.size() + 1;  // a group may only come after it
    slots_.push_back({false, c});
  }

  const Candidate* made_in(std::size_t draft, Id value) const {
    return maker_[value].draft == draft ? &drafts_[draft].calls[maker_[value].call] : nullptr;
  }

  /// Whether a call reads what a group makes, or goes through the elements of something that it goes through.
  bool shares(std::size_t number, const Candidate& next) const {
    const auto reads = [&](Id value) {
      return std::any_of(drafts_[number].calls.begin(), drafts_[number].calls.end(), [&](const Candidate& c) {
        return std::any_of(c.in.begin(), c.in.end(), [&](const Operand& o) { return o.base == value && o.form != Form::one; });
      });
    };
    return std::any_of(next.in.begin(), next.in.end(),
                       [&](const Operand& o) { return made_in(number, o.base) != nullptr || (o.form != Form::one && reads(o.base)); });
  }

  /// The call as a member of this group of strips; none where it is none.
  std::optional<Candidate> fitting(std::size_t number, Candidate next) const {
    const Draft& draft = drafts_[number];
    const bool one_for_each_row = draft.cut.known() && next.numel == draft.cut.rows && next.numel != draft.numel;
    if (one_for_each_row) {
      if (next.does == Candidate::Does::fold || next.cut.known()) return std::nullopt;
      next.form = Form::row;
      for (Operand& in : next.in)
        if (in.form == Form::full) in.form = Form::row;
    } else if (!agrees(draft, next.numel, next.cut, next.total ? std::optional(graph_.values[next.out].like.dtype) : std::nullopt)) {
      return std::nullopt;
    }
    return readable(number, next) ? std::optional(std::move(next)) : std::nullopt;
  }
  /// Whether this domain, cut and fold of all elements are also the group's.
  static bool agrees(const Draft& draft, Index numel, const Cut& cut, std::optional<Dtype> total) {
    if (draft.few || numel != draft.numel) return false;
    if (cut.known() && draft.cut.known() && cut != draft.cut) return false;
    if ((cut.known() || draft.cut.known()) && (total || draft.total)) return false;
    return !total || !draft.total || *total == *draft.total;
  }
  /// Whether what it reads of the group's values is there, strip by strip.
  bool readable(std::size_t number, const Candidate& next) const {
    return std::all_of(next.in.begin(), next.in.end(), [&](const Operand& in) {
      const Candidate* maker = made_in(number, in.base);
      return maker == nullptr || (!maker->total && maker->form == in.form);
    });
  }

  // ---- Groups that come later than they could, with those that read them

  /// Puts a group of strips into the group that reads it first, where that is one of the same strips. Gives whether there was one.
  bool merge_into_readers() {
    std::vector<std::size_t> reader(drafts_.size(), slots_.size());  // by draft: the first step that reads it
    const auto read = [&](Id value, std::size_t step) {
      const std::size_t draft = maker_[value].draft;
      if (draft != Maker::none && !(slots_[step].grouped && slots_[step].number == draft)) reader[draft] = std::min(reader[draft], step);
    };
    for (std::size_t step = 0; step < slots_.size(); ++step)
      if (slots_[step].grouped) {
        for (const Candidate& c : drafts_[slots_[step].number].calls)
          for (const Operand& in : c.in) read(in.base, step);
      } else {
        for (const Id in : graph_.calls[slots_[step].number].in) read(in, step);
      }
    for (Slot& slot : slots_) {
      if (!slot.grouped || slot.dead || reader[slot.number] == slots_.size()) continue;
      const Slot& into = slots_[reader[slot.number]];
      if (!into.grouped || !mergeable(slot.number, into.number)) continue;
      merge(slot.number, into.number);
      return slot.dead = true;  // the readers are other ones now
    }
    return false;
  }
  bool mergeable(std::size_t from, std::size_t to) const {
    const Draft &a = drafts_[from], &b = drafts_[to];
    if (a.few || !agrees(b, a.numel, a.cut, a.total)) return false;
    return std::all_of(b.calls.begin(), b.calls.end(), [&](const Candidate& c) { return readable(from, c); });
  }
  void merge(std::size_t from, std::size_t to) {
    Draft &a = drafts_[from], &b = drafts_[to];
    if (a.cut.known()) b.cut = a.cut;
    if (a.total) b.total = a.total;
    b.calls.insert(b.calls.begin(), std::make_move_iterator(a.calls.begin()), std::make_move_iterator(a.calls.end()));
    a.calls.clear();
    for (std::size_t k = 0; k < b.calls.size(); ++k) maker_[b.calls[k].out] = {to, k};
  }

  // ---- What of it is needed

  void find_needed() {
    needed_.assign(graph_.values.size(), 0);
    for (const Id out : graph_.outputs)
      if (out != Graph::none) needed_[out] = 1;
    for (auto slot = slots_.rbegin(); slot != slots_.rend(); ++slot) {
      if (slot->dead) continue;
      if (slot->grouped) {
        Draft& draft = drafts_[slot->number];
        leave_out_unread(draft);
        slot->dead = draft.calls.empty();
        for (const Candidate& c : draft.calls)
          for (const Operand& in : c.in)
            if (maker_[in.base].draft != slot->number) needed_[in.base] = 1;
      } else {
        const Graph::Call& call = graph_.calls[slot->number];
        const auto first = needed_.begin() + call.first_out;
        slot->dead = std::find(first, first + call.outputs, 1) == first + call.outputs;
        if (!slot->dead)
          for (const Id in : call.in) needed_[in] = 1;
      }
    }
  }
  void leave_out_unread(Draft& draft) const {
    std::vector<std::uint8_t> read = needed_;
    std::vector<Candidate> kept;
    for (auto c = draft.calls.rbegin(); c != draft.calls.rend(); ++c) {
      if (read[c->out] == 0) continue;
      for (const Operand& in : c->in) read[in.base] = 1;
      kept.push_back(std::move(*c));
    }
    std::reverse(kept.begin(), kept.end());
    draft.calls = std::move(kept);
  }

  const Graph& graph_;
  std::vector<Slot> slots_;
  std::vector<Draft> drafts_;
  std::vector<std::size_t> step_of_;  // by value: the first step in which it may be read; of a group's, that group
  std::vector<Maker> maker_;          // by value: the member of a group that makes it, until some are left out
  std::vector<std::uint8_t> needed_;  // by value: outside the group that makes it
};

}  // namespace

Plan fuse(const Graph& graph) { return Fusion(graph).run(); }

}  // namespace descent::inline v1::compiling
