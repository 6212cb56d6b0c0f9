#pragma once

// Gradient descent and its family: chains of small steps, schedules, and minimize for any cost.

#include <descent/optim/minimize.hpp>
#include <descent/optim/optimisers.hpp>
#include <descent/optim/schedule.hpp>
#include <descent/optim/stepper.hpp>
