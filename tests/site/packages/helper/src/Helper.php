<?php

namespace LockstepFixture\Helper;

final class Helper
{
}
