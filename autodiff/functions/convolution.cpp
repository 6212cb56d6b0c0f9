#include <descent/autodiff/functions/convolution.hpp>

#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

using Sizes = std::vector<Index>;

/// A call taken apart: x with a batch axis, and what the options say of each spatial axis.
struct ConvCall {
  const char* who;
  Given x, weight;
  std::size_t axes = 0;
  bool batched = false;

  ConvCall(const char* name, Arg x_, Arg weight_) : who(name), x(std::move(x_)), weight(std::move(weight_)) {
    const int rank = weight.x.rank();
    if (rank < 3 || rank > 5 || (x.x.rank() != rank && x.x.rank() != rank - 1))
      fail("x is " + to_string(x.x.shape()) + ", the weight is " + to_string(weight.x.shape()) +
           "; the weight must have 1 to 3 spatial axes behind two of channels, and x the same with a batch and a channel axis, or with a "
           "channel axis alone");
    axes = static_cast<std::size_t>(rank - 2);
    batched = x.x.rank() == rank;
    if (!batched) x.x = reshape(x.arg(), x.x.shape().inserted(0, 1));
  }
  [[noreturn]] void fail(const std::string& sentence) const { throw ShapeError(std::string(who) + ": " + sentence, x.where); }

  Sizes numbers(const PerAxis& given, const char* what, Index least) const {
    return located(x.where, [&] { return given.of(who, what, axes, least); });
  }
  Index in(std::size_t a) const { return x.x.size(static_cast<Index>(a) + 2); }
  Index taps(std::size_t a) const { return weight.x.size(static_cast<Index>(a) + 2); }

  /// groups of x's channels and the weight's first axis.
  void check_groups(Index groups) const {
    if (groups < 1) throw ValueError(std::string(who) + ": " + std::to_string(groups) + " groups; there must be at least 1", x.where);
    if (x.x.size(1) % groups != 0 || weight.x.size(0) % groups != 0)
      fail(std::to_string(groups) + " groups do not divide the channels of x, " + to_string(x.x.shape()) + ", and the weight, " +
           to_string(weight.x.shape()));
  }
  /// With the bias, and without the batch axis that x did not have.
  Tensor finished(Tensor y, const Tensor& bias) const {
    if (bias.present()) {
      const Index channels = y.size(1);
      if (bias.shape() != Shape{channels})
        fail("the bias is " + to_string(bias.shape()) + "; it must be [" + std::to_string(channels) +
             "], one for each channel of the result");
      y = std::move(y) + reshape(bias, Shape(Sizes(axes + 1, 1)).with(0, channels));
    }
    const Shape alone = y.shape().without(0);
    return batched ? y : reshape(std::move(y), alone);
  }
};

}  // namespace

Tensor conv(Arg x, Arg weight, const ConvOptions& options) {
  ConvCall call("conv", std::move(x), std::move(weight));
  ConvolutionForm form{call.numbers(options.stride, "stride", 1), {}, {}, call.numbers(options.dilation, "dilation", 1), options.groups};
  call.check_groups(options.groups);
  if (call.x.x.size(1) != options.groups * call.weight.x.size(1))
    call.fail("channels differ: x is " + to_string(call.x.x.shape()) + ", the weight is " + to_string(call.weight.x.shape()) +
              "; x's channels must be the groups (" + std::to_string(options.groups) + ") times the weight's second axis");
  if (options.padding.same()) {
    for (std::size_t a = 0; a < call.axes; ++a) {
      if (form.stride[a] != 1)
        throw ValueError("conv: the padding is Fit::same and the stride " + std::to_string(form.stride[a]) +
                             "; such a result is not of x's size: give the padding in numbers",
                         call.x.where);
      const Index both = form.dilation[a] * (call.taps(a) - 1);
      form.before.push_back(both / 2);
      form.after.push_back(both - both / 2);
    }
  } else {
    form.before = form.after = call.numbers(options.padding.numbers(), "padding", 0);
  }
  for (std::size_t a = 0; a < call.axes; ++a)
    if (call.in(a) + form.before[a] + form.after[a] < form.dilation[a] * (call.taps(a) - 1) + 1)
      call.fail("the window of " + std::to_string(call.taps(a)) + " taps, " + std::to_string(form.dilation[a]) +
                " apart, is larger than x with its padding on spatial axis " + std::to_string(a) + ", " + std::to_string(call.in(a)) +
                " + " + std::to_string(form.before[a] + form.after[a]));
  return call.finished(convolve(call.x.arg(), call.weight.arg(), form), options.bias);
}

Tensor conv_transpose(Arg x, Arg weight, const ConvTransposeOptions& options) {
  ConvCall call("conv_transpose", std::move(x), std::move(weight));
  ConvolutionForm form{call.numbers(options.stride, "stride", 1),
                       call.numbers(options.padding, "padding", 0),
                       {},
                       call.numbers(options.dilation, "dilation", 1),
                       options.groups};
  const Sizes longer = call.numbers(options.output_padding, "output padding", 0);
  call.check_groups(options.groups);
  if (call.x.x.size(1) != call.weight.x.size(0))
    call.fail("channels differ: x is " + to_string(call.x.x.shape()) + ", the weight is " + to_string(call.weight.x.shape()) +
              "; x's channels must be the weight's first axis");
  form.after = form.before;
  Sizes out;
  for (std::size_t a = 0; a < call.axes; ++a) {
    if (longer[a] > 0 && longer[a] >= std::max(form.stride[a], form.dilation[a]))
      throw ValueError("conv_transpose: the output padding is " + std::to_string(longer[a]) + "; it must be less than the stride (" +
                           std::to_string(form.stride[a]) + ") or the dilation (" + std::to_string(form.dilation[a]) + ")",
                       call.x.where);
    const Index reach = form.dilation[a] * (call.taps(a) - 1) + 1;
    out.push_back((call.in(a)-1) * form.stride[a] - 2 * form.before[a] + reach + longer[a]);
    if (call.in(a) == 0 || call.taps(a) == 0 || out[a] < 1)
      call.fail("the result would have " + std::to_string(out[a]) + " elements on spatial axis " + std::to_string(a) + ": x has " +
                std::to_string(call.in(a)) + ", the window " + std::to_string(call.taps(a)) + " taps, the padding is " +
                std::to_string(form.before[a]));
    // So that exactly x's windows fit: the output padding may make room for more.
    form.after[a] = (call.in(a)-1) * form.stride[a] + reach - out[a] - form.before[a];
  }
  return call.finished(convolve_input_adjoint(call.x.arg(), call.weight.arg(), form, out), options.bias);
}

}  // namespace descent::inline v1
