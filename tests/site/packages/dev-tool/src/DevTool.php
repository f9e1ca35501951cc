<?php

namespace LockstepFixture\DevTool;

final class DevTool
{
}
