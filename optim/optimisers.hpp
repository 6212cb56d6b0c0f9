#pragma once

#include <descent/optim/schedule.hpp>
#include <descent/optim/steps.hpp>
#include <descent/optim/transform.hpp>

// The named optimisers: chains of the steps in steps.hpp. Options out of range throw ValueError naming optimiser and option.

namespace descent::inline v1::optim {

struct SgdOptions {
  Schedule rate = 0.01;     ///< >= 0
  double momentum = 0;      ///< [0, 1)
  double dampening = 0;     ///< [0, 1)
  bool nesterov = false;    ///< needs momentum > 0 and no dampening
  double weight_decay = 0;  ///< >= 0, added to the gradient (L2)
};
/// Gradient descent: x <- x - rate g, with momentum where asked for.   source Robbins and Monro 1951; Polyak 1964; Nesterov 1983
Transform sgd(SgdOptions options = {});

struct RmspropOptions {
  Schedule rate = 0.01;
  double decay = 0.99;
  double eps = 1e-8;
  bool centred = false;
  double momentum = 0;
  double weight_decay = 0;
};
/// source  Tieleman and Hinton 2012, lecture 6.5
Transform rmsprop(RmspropOptions options = {});

struct AdagradOptions {
  Schedule rate = 0.01;
  double initial = 0;
  double eps = 1e-10;
  double weight_decay = 0;
};
/// source  Duchi, Hazan and Singer 2011, "Adaptive subgradient methods"
Transform adagrad(AdagradOptions options = {});

struct AdamOptions {
  Schedule rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;  ///< added to the gradient (L2)
};
/// source  Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1
Transform adam(AdamOptions options = {});

struct AdamwOptions {
  Schedule rate = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0.01;  ///< decoupled: x <- x - rate decay x
};
/// source  Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2
Transform adamw(AdamwOptions options = {});

}  // namespace descent::inline v1::optim
