#pragma once

#include <functional>
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

// The part of compile() that no type enters: which calls have been traced, and how a call is run again.

namespace descent::inline v1 {

struct CompileOptions {
  std::size_t signatures = 16;  ///< traces that are kept; of more, the one not used for longest goes
  bool fuse = true;             ///< whether calls run together; off, the results are the same bits
  /// Is told, in a sentence, each time a trace is made while so many are kept: something that should be a tensor changes from call to call.
  std::function<void(const std::string&)> on_retrace{};
};

namespace detail {

/// What a call of one signature was traced to.
struct Variant;

class CompiledCalls {
 public:
  CompiledCalls(CompileOptions options, std::source_location where);
  ~CompiledCalls();

  /// A call of the user's function, behind a pointer: gives what it returned.
  struct Call {
    void* context;
    tree::View (*call)(void* context);
  };

  /// A look at the arguments of a call: its leaves, and its signature. `types` tells calls on other types apart. Gives whether the call
  /// may be replayed: nothing on this thread records or watches what is called, and all tensors have elements.
  bool see(const void* types, tree::View arguments);
  /// The trace for them; null: there is none.
  Variant* find();
  /// Makes one, from a copy of the arguments.
  /// `call`      calls f on `shown`
  /// `leaves`    by argument: how many of shown's leaves it has; `updated`: whether the caller's own takes what f changes
  Variant* add(tree::MutableView shown, Call call, std::span<const std::size_t> leaves, std::span<const bool> updated);
  /// Gives it what f returned, without elements.
  void keep_result(Variant& variant, std::shared_ptr<void> result);
  /// Runs it on the leaves that were seen.
  void run(Variant& variant);

  /// What f returned in the trace, whose leaves are to be put in.
  const std::shared_ptr<void>& result(const Variant& variant) const;
  void put_results(const Variant& variant, tree::MutableView result);
  /// Puts what f changed into the caller's argument.
  void put_back(const Variant& variant, std::size_t argument, tree::MutableView own);
  /// Whether there is anything of that.
  bool changed(const Variant& variant, std::size_t argument) const;
  /// Forgets the values of the call.
  void end() noexcept;

  std::string explain() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Ends a call, however it ends.
class CallScope {
 public:
  explicit CallScope(CompiledCalls& calls) : calls_(calls) {}
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;
  ~CallScope() { calls_.end(); }

 private:
  CompiledCalls& calls_;
};

}  // namespace detail
}  // namespace descent::inline v1
