#include <descent/autodiff/tape/reverse.hpp>

#include <algorithm>
#include <array>
#include <optional>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/base/pages.hpp>
#include <descent/autodiff/tape/anomaly.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/op.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>

namespace descent::inline v1 {
namespace {

/// The cotangent in its primal's shape and dtype: broadcasting and promotion are undone here and nowhere else.
Tensor fitted(Tensor ct, const Abstract& like) {
  const storage::Node& node = *ct.node();
  const bool fits = node.dtype == like.dtype && storage::has_shape(node, like.shape);
  return fits ? std::move(ct) : sum_to(std::move(ct), like);
}

constinit const std::array<Tensor, 8> none{};

/// x + y. Where nothing on this thread records or watches and both have values, execute would do no more than this.
Tensor plus(Tensor x, Tensor y) {
  const bool plain = x.node()->data != nullptr && y.node()->data != nullptr && !tape_open() && thread_tapes.anomaly == nullptr;
  if (!plain || x.node()->tape != 0 || y.node()->tape != 0) return add(std::move(x), std::move(y));
  std::array<Tensor, 2> in{std::move(x), std::move(y)};
  std::array<Tensor, 1> out;
  add_op.forward(add_op, nullptr, in, out);
  return std::move(out[0]);
}

/// What a call sees of handles that were not kept.
std::span<const Tensor> or_none(std::span<const Tensor> kept, std::size_t count) {
  return kept.empty() && count <= none.size() ? std::span(none).first(count) : kept;
}

/// Room for a few, or for as many as were ever asked for.
template <class T> class Room {
 public:
  std::span<T> of(std::size_t n) {
    if (n <= few_.size()) return {few_.data(), n};
    if (many_.size() < n) many_.resize(n);
    return {many_.data(), n};
  }

 private:
  std::array<T, 4> few_{};
  std::vector<T> many_;
};

class Sweep {
 public:
  Sweep(Record& record, std::span<const Tensor> xs) : record_(record), anomaly_(thread_tapes.anomaly), ct_(record.values()) {
    sources_.reserve(xs.size());
    for (const Tensor& x : xs) sources_.push_back(slot_of(x));
    ordered_ = sources_;
    std::sort(ordered_.begin(), ordered_.end());
    if (!ordered_.empty()) last_source_ = ordered_.back();
    if (!covers_watched()) mark_needed();
  }

  void seed(const Tensor& y, const Tensor& ct) {
    std::uint32_t slot = 0;
    if (record_.find(y, slot)) accumulate(slot, record_.like(slot), ct);
  }

  void run() {
    for (const Entry* entry = record_.last(); entry != nullptr; entry = entry->previous) step(*entry);
  }

  std::vector<Tensor> results() {
    std::vector<Tensor> found;
    found.reserve(sources_.size());
    for (const std::uint32_t slot : sources_) found.push_back(ct_[slot]);
    return found;
  }

 private:
  std::uint32_t slot_of(const Tensor& x) const {
    std::uint32_t slot = 0;
    record_.find(x, slot);
    return slot;
  }
  bool is_source(std::uint32_t slot) const { return slot <= last_source_ && std::binary_search(ordered_.begin(), ordered_.end(), slot); }
  bool is_needed(std::uint32_t slot) const { return needed_.empty() || needed_[slot] != 0; }

  bool covers_watched() const {
    return std::all_of(record_.watched().begin(), record_.watched().end(), [this](std::uint32_t slot) { return is_source(slot); });
  }

  /// Where some watched values are not asked for: which values depend on those that are.
  void mark_needed() {
    needed_.assign(ct_.size(), 0);
    for (const std::uint32_t slot : sources_) needed_[slot] = 1;
    for (const Entry* entry : record_.entries())
      for (const std::uint32_t in : entry->in())
        if ((in & Entry::constant) == 0 && needed_[in] != 0) {
          std::fill_n(needed_.begin() + entry->first_out, entry->outputs, std::uint8_t{1});
          break;
        }
  }

  void accumulate(std::uint32_t slot, const Abstract& like, Tensor ct) {
    Tensor& sum = ct_[slot];
    ct = fitted(std::move(ct), like);
    sum = sum.absent() ? std::move(ct) : plus(std::move(sum), std::move(ct));
  }

  void step(const Entry& entry) {
    const std::span<Tensor> cts = cts_.of(entry.outputs);
    bool any = false;
    for (std::size_t k = 0; k < cts.size(); ++k) {
      const auto slot = entry.first_out + static_cast<std::uint32_t>(k);
      cts[k] = is_source(slot) ? ct_[slot] : std::move(ct_[slot]);
      any |= cts[k].present();
    }
    if (!any) return;
    back(entry, cts);
    for (Tensor& ct : cts) ct = Tensor();
  }

  struct Kept {
    std::span<const Tensor> in, out;
  };
  Kept kept(const Entry& entry) {
    Budget* budget = record_.budget();
    if (budget == nullptr) return {or_none(entry.kept_in(), entry.inputs), or_none(entry.kept_out(), entry.outputs)};
    const std::span<Tensor> in = in_.of(entry.inputs), out = out_.of(entry.outputs);
    budget->fetch(entry, in, out);
    return {in, out};
  }

  void back(const Entry& entry, std::span<const Tensor> cts) {
    const std::span<const std::uint32_t> in = entry.in();
    const std::span<const Abstract*> likes = likes_.of(in.size());
    const std::span<std::uint8_t> wanted = wanted_.of(in.size());
    const std::span<Tensor> results = results_.of(in.size());
    for (std::size_t i = 0; i < in.size(); ++i) {
      likes[i] = &record_.like(in[i]);
      wanted[i] = (in[i] & Entry::constant) == 0 && is_needed(in[i]) && is_floating(likes[i]->dtype);
    }
    try {
      const auto [kept_in, kept_out] = kept(entry);
      const Call call{*entry.op, entry.params(), kept_in, kept_out, likes};
      std::optional<Anomaly::InRule> scope;
      if (anomaly_ != nullptr) scope.emplace(*entry.op, entry.where);
      entry.op->vjp(call, cts, wanted, results);
      if (anomaly_ != nullptr) anomaly_->inspect_rule(call, cts, results, "cotangent of input", entry.where);
      for (std::size_t i = 0; i < in.size(); ++i) {
        Tensor result = std::move(results[i]);
        if (wanted[i] && result.present()) accumulate(in[i], *likes[i], std::move(result));
      }
    } catch (Error& error) {
      error.locate(entry.where);
      throw;
    }
  }

  Record& record_;
  Anomaly* const anomaly_;
  std::vector<Tensor, PageAllocator<Tensor>> ct_;  // by slot
  Room<Tensor> cts_, results_;                     // of the entry at hand; absent in between
  Room<Tensor> in_, out_;                          // what its rule reads, where the record has a budget
  Room<const Abstract*> likes_;
  Room<std::uint8_t> wanted_;
  std::vector<std::uint32_t> sources_;  // as asked
  std::vector<std::uint32_t> ordered_;
  std::uint32_t last_source_ = 0;
  std::vector<std::uint8_t> needed_;  // by slot; empty: all are
};

}  // namespace

std::vector<Tensor> sweep_reverse(Record& record, std::span<const Tensor> ys, std::span<const Tensor> cts, std::span<const Tensor> xs) {
  const Record::Pause pause(record);
  Sweep sweep(record, xs);
  for (std::size_t k = 0; k < ys.size(); ++k) sweep.seed(ys[k], cts[k]);
  sweep.run();
  return sweep.results();
}

}  // namespace descent::inline v1
