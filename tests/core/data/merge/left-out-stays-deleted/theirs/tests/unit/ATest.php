<?php // new
