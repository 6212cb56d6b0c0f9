#include <descent/autodiff/tape/reverse.hpp>

#include <algorithm>
#include <array>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/anomaly.hpp>
#include <descent/autodiff/tape/handles.hpp>

namespace descent::inline v1 {
namespace {

/// The cotangent in its primal's shape and dtype: broadcasting and promotion are undone here and nowhere else.
Tensor fitted(Tensor ct, const Abstract& like) {
  const storage::Node& node = *ct.node();
  const bool fits = node.dtype == like.dtype && storage::has_shape(node, like.shape);
  return fits ? std::move(ct) : sum_to(std::move(ct), like);
}

class Sweep {
 public:
  Sweep(Record& record, std::span<const Tensor> xs) : record_(record), ct_(record.values()) {
    sources_.reserve(xs.size());
    for (const Tensor& x : xs) sources_.push_back(slot_of(x));
    ordered_ = sources_;
    std::sort(ordered_.begin(), ordered_.end());
    if (!covers_watched()) mark_needed();
  }

  void seed(const Tensor& y, const Tensor& ct) {
    std::uint32_t slot = 0;
    if (record_.find(y, slot)) accumulate(slot, ct);
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
  bool is_source(std::uint32_t slot) const { return std::binary_search(ordered_.begin(), ordered_.end(), slot); }
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

  void accumulate(std::uint32_t slot, Tensor ct) {
    Tensor& sum = ct_[slot];
    ct = fitted(std::move(ct), record_.like(slot));
    sum = sum.absent() ? std::move(ct) : add(std::move(sum), std::move(ct));
  }

  void step(const Entry& entry) {
    constexpr std::size_t kFew = 4;
    std::array<Tensor, kFew> few_cts;
    std::vector<Tensor> many_cts(entry.outputs > kFew ? entry.outputs : 0);
    const std::span<Tensor> cts = entry.outputs > kFew ? std::span(many_cts) : std::span(few_cts).first(entry.outputs);
    bool any = false;
    for (std::size_t k = 0; k < cts.size(); ++k) {
      const auto slot = entry.first_out + static_cast<std::uint32_t>(k);
      cts[k] = is_source(slot) ? ct_[slot] : std::move(ct_[slot]);
      any |= cts[k].present();
    }
    if (any) back(entry, cts);
  }

  void back(const Entry& entry, std::span<const Tensor> cts) {
    constexpr std::size_t kFew = 4;
    const std::size_t n = entry.inputs;
    if (n <= kFew) {
      std::array<Tensor, kFew> results;
      std::array<const Abstract*, kFew> likes;
      std::array<std::uint8_t, kFew> wanted;
      back(entry, cts, std::span(results).first(n), std::span(likes).first(n), std::span(wanted).first(n));
    } else {
      std::vector<Tensor> results(n);
      std::vector<const Abstract*> likes(n);
      std::vector<std::uint8_t> wanted(n);
      back(entry, cts, results, likes, wanted);
    }
  }

  void back(const Entry& entry, std::span<const Tensor> cts, std::span<Tensor> results, std::span<const Abstract*> likes,
            std::span<std::uint8_t> wanted) {
    static const std::array<Tensor, 8> none;
    const std::span<const std::uint32_t> in = entry.in();
    for (std::size_t i = 0; i < in.size(); ++i) {
      likes[i] = &record_.like(in[i]);
      wanted[i] = (in[i] & Entry::constant) == 0 && is_needed(in[i]) && is_floating(likes[i]->dtype);
    }
    const auto or_none = [](std::span<const Tensor> kept, std::size_t count) {
      return kept.empty() && count <= none.size() ? std::span(none).first(count) : kept;
    };
    const Call call{*entry.op, entry.params(), or_none(entry.kept_in(), in.size()), or_none(entry.kept_out(), entry.outputs), likes};
    try {
      const Anomaly::InRule scope(*entry.op, entry.where);
      entry.op->vjp(call, cts, wanted, results);
      if (Anomaly* anomaly = Anomaly::current()) anomaly->inspect_rule(call, cts, results, "cotangent of input", entry.where);
      for (std::size_t i = 0; i < in.size(); ++i)
        if (wanted[i] && results[i].present()) accumulate(in[i], std::move(results[i]));
    } catch (Error& error) {
      error.locate(entry.where);
      throw;
    }
  }

  Record& record_;
  std::vector<Tensor> ct_;              // by slot
  std::vector<std::uint32_t> sources_;  // as asked
  std::vector<std::uint32_t> ordered_;
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
