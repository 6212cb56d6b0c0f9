#pragma once

#include <descent/optim/schedule.hpp>
#include <descent/optim/transform.hpp>

// The small steps that optimisers are chains of. Each takes gradients (or the updates so far) and gives updates; the last
// of a chain, scale_by_learning_rate, turns them downhill. Ranges are checked when a step is made: ValueError.

namespace descent::inline v1::optim {

/// u -> -rate(t) u, where t counts the updates from 0.
Transform scale_by_learning_rate(Schedule rate);
/// u -> u + decay x for each parameter x: decoupled before the learning rate, L2 regularisation before everything else.   decay >= 0
Transform add_decayed_weights(double decay);

struct MomentumOptions {
  double momentum = 0.9;  ///< [0, 1)
  double dampening = 0;   ///< [0, 1)
  bool nesterov = false;
};
/// b -> momentum b + (1 - dampening) u (the first time: b = u); gives b, or with Nesterov u + momentum b.
/// source  Sutskever et al. 2013, "On the importance of initialization and momentum", as PyTorch writes it
Transform accumulate_momentum(MomentumOptions options = {});

struct AdamMoments {
  double beta1 = 0.9;    ///< [0, 1)
  double beta2 = 0.999;  ///< [0, 1)
  double eps = 1e-8;     ///< > 0, added outside the root
};
/// Bias-corrected mean of u over the root of the bias-corrected mean of u^2.   source Kingma and Ba 2015, "Adam", algorithm 1
Transform scale_by_adam(AdamMoments options = {});

struct RmsOptions {
  double decay = 0.99;   ///< [0, 1)
  double eps = 1e-8;     ///< > 0, added outside the root
  bool centred = false;  ///< subtract the squared mean
};
/// u over the root of the running mean of u^2.   source Tieleman and Hinton 2012, lecture 6.5
Transform scale_by_rms(RmsOptions options = {});

struct AdagradMoments {
  double initial = 0;  ///< >= 0, what the sums start with
  double eps = 1e-10;  ///< > 0, added outside the root
};
/// u over the root of the sum of all u^2 so far.   source Duchi, Hazan and Singer 2011
Transform scale_by_adagrad(AdagradMoments options = {});

/// Each element to [-limit, limit].   limit > 0
Transform clip_by_value(double limit);
/// All updates together to a Euclidean norm of at most `limit`: times min(1, limit / (norm + 1e-6)). In f64, over all leaves.
/// throws  ValueError: a norm that is not finite, naming the parameter
Transform clip_by_global_norm(double limit);
/// The norm that clip_by_global_norm takes: of all leaves together, a 0-d f64 tensor.
Tensor global_norm(const Leaves& leaves);

}  // namespace descent::inline v1::optim
