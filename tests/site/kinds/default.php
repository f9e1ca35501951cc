<?php

declare(strict_types=1);

return new \Lockstep\Tests\Site\Kind();
